"""Interleaved rounds: every contender in a process of its own that waits for its turn.

What else the machine does then falls on all of them, and the ratio of two contenders in one round means something.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ROUND_TIMEOUT_S = 20.0
Answer = dict[str, Any]


class Waiting:
    """A process that does a round whenever it is told to."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.failure = ""

    def go(self) -> Answer | None:
        """What one round answers; None from the round on in which the process failed."""
        if self.failure:
            return None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # what is read then is the end
        ready, _, _ = select.select([self._process.stdout], [], [], self._timeout_s)
        line = self._process.stdout.readline() if ready else ""
        if line:
            answer: Answer = json.loads(line)
            return answer
        if ready:
            self.failure = f"ends with code {self._process.wait()}"
        else:
            self.failure = f"hangs: no answer within {self._timeout_s:.0f} s"
            self._process.kill()
        return None

    def end(self) -> None:
        self._process.communicate()


def interleaved(
    commands: Mapping[str, Sequence[str]], rounds: int, timeout_s: float = ROUND_TIMEOUT_S
) -> tuple[dict[str, list[Answer]], dict[str, str]]:
    """The answers of every contender, and why those without any have none."""
    processes = {name: Waiting(command, timeout_s) for name, command in commands.items()}
    answers: dict[str, list[Answer]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, process in processes.items():
            answer = process.go()
            if answer is not None:
                answers[name].append(answer)
    for process in processes.values():
        process.end()
    failures = {name: process.failure for name, process in processes.items() if process.failure}
    return {name: found for name, found in answers.items() if name not in failures}, failures


def serve(one_round: Callable[[], Answer]) -> None:
    """The other side: a round for each line of the standard input. What else is printed goes nowhere."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for _ in sys.stdin:
        print(json.dumps(one_round()), file=answers, flush=True)
