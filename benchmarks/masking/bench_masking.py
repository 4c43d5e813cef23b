"""What masking a record costs: python benchmarks/masking/bench_masking.py

Four records of fixed shape, as a DEBUG record (secrets and people's data) and as an INFO one, and the one with hits with other
values each time; then a megabyte of any one character in a field, and texts that repeat what maskers fear at four lengths: they
must cost their length and no more.
"""

import json
import time
from statistics import median
from typing import Any

from binding import LEVELS, Mask, logcorr_masker
from peers import naive

ROUNDS, CALLS = 15, 300
LENGTHS = (5_000, 10_000, 20_000, 200_000)
REPEATED = (
    "Authorization: ", "token: ", "Cookie: a=", "password=", "-----BEGIN PRIVATE KEY-----", "user@", "4111 ", '{"password": "', "http://a:b@",
    "key=value; ",
)  # fmt: skip
IDS = {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "span_id": "00f067aa0ba902b7", "trace_sampled": True}
HEAD = {"timestamp": "2026-11-21T10:15:30.123456Z", "level": "DEBUG", "component": "shop.orders"}
TAIL = {"service": "shop", "pid": 4711, "seq": 1}
TYPICAL = {
    "orderId": "ORD-48211907",
    "attempt": 2,
    "http": {"method": "POST", "path": "/api/v1/orders", "status": 201, "durationMs": 12.4},
    "headers": {
        "content-type": "application/json",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64)",
        "accept": "*/*",
    },
    "items": [{"sku": "A-1", "qty": 2, "price": "19.90"}, {"sku": "B-22", "qty": 1, "price": "5.00"}],
    "requestId": "6f1c2a54-2f1e-4d0c-9b9f-0a2f8a3f3c11",
    "tags": ["checkout", "eu-central-1", "blue"],
    "note": "reserved stock in warehouse 12, shipping by express",
    "query": "SELECT id, total FROM orders WHERE state = 'open' LIMIT 50",
}
HITS = {
    "user": {"email": "jane.doe@example.org", "phone": "+49 151 23456789", "plan": "pro"},
    "headers": {"Authorization": "Bearer " + "a1B2c3D4" * 4, "Cookie": "sid=" + "0f9e" * 8},
    "db": "postgres://app:hunter" + "22@db1.internal:5432/shop",
    "client_ip": "203.0.113.77",
    "url": "https://api.example.com/v1/x?token=" + "q9W8" * 6 + "&page=2",
}


def main() -> None:
    maskers = {"logcorr": logcorr_masker(), "naive regex list": naive()}
    kinds = records()
    print(f"{'us a record':26}" + "".join(f"{name:>16}" for name in kinds) + f"{'ns/byte, large':>16}")
    for name, mask in maskers.items():
        for level in ("DEBUG", "INFO"):
            row = {kind: cost(mask, record, LEVELS[level]) for kind, record in kinds.items()}
            each = 1000 * row[next(reversed(kinds))] / len(json.dumps(kinds[next(reversed(kinds))]))
            print(
                f"{name + ', ' + level:26}"
                + "".join(f"{value:16.1f}" for value in row.values())
                + f"{each:16.0f}"
            )
    print("\nhits, with other values each time, us: " + ", ".join(map(_new_hits, LEVELS)))
    print("\nms of CPU for a field of so many characters, repeated:")
    print(f"{'':30}" + "".join(f"{length:>10,}" for length in LENGTHS))
    for unit in REPEATED:
        times = [cpu_ms(maskers["logcorr"], (unit * length)[:length]) for length in LENGTHS]
        print(f"{unit!r:30}" + "".join(f"{value:10.2f}" for value in times))
    print("\nns a byte, one megabyte of one character in a field; the worst:")
    for character, value in sorted(of_one_character(maskers["logcorr"]).items(), key=lambda item: -item[1])[
        :8
    ]:
        print(f"  {character!r:10}{value:10.1f}")


def records() -> dict[str, dict[str, Any]]:
    """The four, each under a name that says its size."""
    made = {
        "plain": {"orderId": "ORD-48211907", "state": "placed", "items": 3},
        "typical": TYPICAL,
        "hits": TYPICAL | HITS,
        "large": TYPICAL | {"rows": [_row(number) for number in range(130)]},
    }
    whole = {
        name: HEAD | {"message": f"order placed, {name} record"} | IDS | {"context": context} | TAIL
        for name, context in made.items()
    }
    return {f"{name} {len(json.dumps(record)):,} B": record for name, record in whole.items()}


def _row(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "sku": f"SKU-{number:05}",
        "text": f"line {number} of the order, packed in box {number % 7}",
        "ok": True,
        "price": f"{number}.90",
    }


def cost(mask: Mask, record: dict[str, Any], level: int) -> float:
    """Microseconds a record, the median of the rounds."""
    calls = CALLS if len(str(record)) < 4000 else 20
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        for _ in range(calls):
            mask(record, level)
        times.append((time.perf_counter_ns() - started) / calls / 1000)
    return median(times)


def _new_hits(level: str) -> str:
    return f"{level} {cost_of_new(logcorr_masker(), LEVELS[level]):.1f}"


def cost_of_new(mask: Mask, level: int) -> float:
    """Microseconds a record with hits, none of whose secrets and people have been met before; the median of the rounds."""
    times = []
    for start in range(0, ROUNDS * CALLS, CALLS):
        made = [_with_hits(_new(number)) for number in range(start, start + CALLS)]
        started = time.perf_counter_ns()
        for record in made:
            mask(record, level)
        times.append((time.perf_counter_ns() - started) / CALLS / 1000)
    return median(times)


def _with_hits(hits: dict[str, Any]) -> dict[str, Any]:
    return HEAD | {"message": "order placed"} | IDS | {"context": TYPICAL | hits} | TAIL


def _new(number: int) -> dict[str, Any]:
    return {
        "user": {
            "email": f"jane.doe{number}@example.org",
            "phone": f"+49 151 {23000000 + number}",
            "plan": "pro",
        },
        "headers": {
            "Authorization": f"Bearer {number:06}" + "a1B2c3D4" * 4,
            "Cookie": f"sid={number:06}" + "0f9e" * 8,
        },
        "db": f"postgres://app:hunter{number:06}@db1.internal:5432/shop",
        "client_ip": f"203.0.{number // 250}.{1 + number % 250}",
        "url": f"https://api.example.com/v1/x?token={number:06}" + "q9W8" * 5 + "&page=2",
    }


def cpu_ms(mask: Mask, text: str) -> float:
    """Milliseconds of CPU for a DEBUG record with *text* in a field."""
    started = time.thread_time_ns()
    mask(HEAD | {"message": "x"} | IDS | {"context": {"field": text}} | TAIL, LEVELS["DEBUG"])
    return (time.thread_time_ns() - started) / 1e6


def of_one_character(mask: Mask) -> dict[str, float]:
    """Nanoseconds a byte for a megabyte of each character of Latin-1, and of a few patterns that maskers fear."""
    found = {}
    for pattern in [
        *map(chr, range(256)),
        "a@",
        "a.",
        "0 ",
        "1-",
        "://",
        "eyJ",
        "a=",
        '"a":',
        "+1",
        "aa:",
        "=&",
        '\\"',
    ]:
        text = pattern * (1_000_000 // len(pattern))
        record = HEAD | {"message": "x"} | IDS | {"context": {"field": text}} | TAIL
        started = time.perf_counter_ns()
        mask(record, LEVELS["DEBUG"])
        found[pattern] = (time.perf_counter_ns() - started) / len(text)
    return found


if __name__ == "__main__":
    main()
