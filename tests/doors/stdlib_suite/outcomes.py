"""CPython's own tests, run in this process: what became of each, written to a file."""

import json
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PASSED = "passed"


class _Outcomes(unittest.TestResult):
    """Keeps what became of each test, by its id, with the traceback of one that failed."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.of[test.id()] = PASSED

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.of[test.id()] = f"skipped: {reason}"

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self.of[test.id()] = self._exc_info_to_string(err, test)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self.of[test.id()] = self._exc_info_to_string(err, test)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self.of[test.id()] = self._exc_info_to_string(err, subtest)


def write_outcomes(path: str, names: Sequence[str]) -> None:
    """Run the tests of the modules *names*; write to *path*, by their ids, what became of them.

    One that fails is run once more by itself: some of them wait for a fixed time, and the machine may be busy.
    """
    found = _run(names)
    again = [name for name, outcome in found.items() if not outcome.startswith((PASSED, "skipped"))]
    found.update(_run(again))
    Path(path).write_text(json.dumps(found), "utf-8")


def _run(names: Sequence[str]) -> dict[str, str]:
    result = _Outcomes()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(result)
    return result.of
