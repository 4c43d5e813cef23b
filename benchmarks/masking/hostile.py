"""What input costs that is meant to hurt logcorr's masker: python benchmarks/masking/hostile.py

A megabyte of any one character in a field, and texts that repeat what maskers fear at four lengths: they must cost
their length and no more.
"""

import time

from binding import LEVELS, Mask, logcorr_masker
from shapes import record

LENGTHS = (5_000, 10_000, 20_000, 200_000)
REPEATED = (
    "Authorization: ", "token: ", "Cookie: a=", "password=", "-----BEGIN PRIVATE KEY-----", "user@", "4111 ", '{"password": "', "http://a:b@",
    "key=value; ",
)  # fmt: skip
PAIRS = ("a@", "a.", "0 ", "1-", "://", "eyJ", "a=", '"a":', "+1", "aa:", "=&", '\\"')
MEGABYTE = 1_000_000
SHOWN = 8


def main() -> None:
    mask = logcorr_masker()
    print("ms of CPU for a field of so many characters, repeated:")
    print(f"{'':30}" + "".join(f"{length:>10,}" for length in LENGTHS))
    for unit in REPEATED:
        times = [cpu_ns(mask, (unit * length)[:length]) / 1e6 for length in LENGTHS]
        print(f"{unit!r:30}" + "".join(f"{value:10.2f}" for value in times))
    print("\nns a byte, one megabyte of one character in a field; the worst:")
    for character, value in sorted(of_one_character(mask).items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"  {character!r:10}{value:10.1f}")


def of_one_character(mask: Mask) -> dict[str, float]:
    """Nanoseconds a byte for a megabyte of each character of Latin-1, and of a few patterns that maskers fear."""
    texts = {pattern: pattern * (MEGABYTE // len(pattern)) for pattern in (*map(chr, range(256)), *PAIRS)}
    return {pattern: cpu_ns(mask, text) / len(text) for pattern, text in texts.items()}


def cpu_ns(mask: Mask, text: str) -> int:
    """Nanoseconds of CPU for a DEBUG record with *text* in a field."""
    started = time.thread_time_ns()
    mask(record("x", {"field": text}), LEVELS["DEBUG"])
    return time.thread_time_ns() - started


if __name__ == "__main__":
    main()
