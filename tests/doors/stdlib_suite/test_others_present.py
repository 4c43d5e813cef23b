"""The standard library's door where others are present: they see what they see without it, and each record is made once."""

import functools
import inspect
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.doors.stdlib_suite import calls, latecomers, parties, warned, wrappers
from tests.doors.stdlib_suite.present import CONSOLE, ORDERS
from tests.support.program import records, run_program

# What the door notes on a record for itself.
ADDED = {"_logcorr_mark", "_logcorr_clashes"}
# The door's frames count as the standard library's, of which there are more then.
FRAMES_OF_LOGGING = re.compile(r'  File "[^"]*/logging/__init__\.py".*\n(    .*\n)*')
SITUATIONS = [
    pytest.param(module, name, id=name)
    for module in (parties, calls, latecomers, wrappers, warned)
    for name, _ in inspect.getmembers(module, inspect.isgeneratorfunction)
]


def play(
    module: ModuleType, name: str, order: str, home: Path, *, present: bool
) -> tuple[Any, list[str], str]:
    """What was seen of the situation, what the journal has to have, and what was printed."""
    code = f"from tests.doors.stdlib_suite.present import play\nfrom {module.__name__} import {name}\nplay({name})"
    done = run_program(code, home, order, "with" if present else "without")
    found = json.loads((home / "seen.json").read_text().replace(str(home), "home"))
    printed = (done.stdout + done.stderr).replace(str(home), "home")
    return found["seen"], found["expected"], FRAMES_OF_LOGGING.sub("", printed)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What is seen of a situation without logcorr, whose order is then all one."""
    return functools.cache(
        lambda module, name: play(module, name, ORDERS[0], tmp_path_factory.mktemp("without"), present=False)
    )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("module", "name"), SITUATIONS)
def test_others_see_what_they_see_without(tmp_path, without, module, name, order):
    """Every attribute of every record, and what is printed, is as without logcorr; the journal has each once."""
    seen, expected, printed = play(module, name, order, tmp_path, present=True)
    seen_without, _, printed_without = without(module, name)
    for thing, other in zip(seen, seen_without, strict=True):
        if isinstance(thing, dict):
            assert {key: value for key, value in thing.items() if key not in ADDED - other.keys()} == other
        else:
            assert thing == other
    assert order == CONSOLE or printed == printed_without
    messages = [record["message"] for record in records(tmp_path)]
    assert [message for message in messages if message != "before"] == expected
