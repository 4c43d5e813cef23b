"""Variants of one door against one another: interleaved rounds of the same calls."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from contender import Log
from rounds import Answer, interleaved, serve
from work import constant

ROUNDS, CALLS = 31, 2_000


def compared(commands: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Of each variant but the first, how many times as fast as that one it is, in the same round."""
    answers, failures = interleaved(commands, ROUNDS)
    if failures:
        raise SystemExit(str(failures))
    us = {name: [answer["us"] for answer in found] for name, found in answers.items()}
    first, *others = us
    for name in others:
        ratio = median(one / other for one, other in zip(us[first], us[name], strict=True))
        yield (
            f"{name}: {median(us[name]):.2f} us a record, {first} {median(us[first]):.2f}: {ratio:.2f} times as fast"
        )


def serve_calls(log: Log) -> None:
    """The other side: a round of calls of *log* whenever it is told to, until there is nobody to tell it."""
    given = constant(CALLS)

    def one_round() -> Answer:
        started = time.process_time_ns()
        for fields in given:
            log.info(fields)
        return {"us": (time.process_time_ns() - started) / 1000 / CALLS}

    with log.scope:
        one_round()
        serve(one_round)
        os._exit(0)
