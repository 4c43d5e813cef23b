"""CPython's own tests of logging, with logcorr in force: what passes without it passes with it."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.doors.stdlib_suite.inapplicable import ALWAYS, LISTED
from tests.doors.stdlib_suite.outcomes import PASSED
from tests.support.program import records, run_program

SUITES = (
    "test.test_logging",
    "test.test_warnings",
    "test.test_asyncio.test_base_events",
    "test.test_unittest.test_case" if sys.version_info >= (3, 12) else "unittest.test.test_case",
)
# CPython's tests assert in their setUp that the root logger has no handlers: so they take the door off it, as many a
# program does with handlers.clear(), and run it at the level that they expect.
CONFIGURE = """
import logging, logcorr
logcorr.configure(console={console!r}, otlp=False, level="warning")
logging.getLogger().handlers.clear()
"""
WAYS = {
    "without": "",
    "imported": "import logcorr",
    "console=False": CONFIGURE.format(console=False),
    "console='auto'": CONFIGURE.format(console="auto"),
}
# A busy machine takes minutes for them.
pytestmark = pytest.mark.timeout(600)
REMEDY = """this Python, {executable}, comes without CPython's own tests, which this test runs.
On Debian and Ubuntu: apt-get install libpython{version}-testsuite; on Fedora: dnf install python3-test.
Pythons of pyenv, uv and python.org have them."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[dict[str, str], Path]]]:
    """What became of each of CPython's tests in each of the ways, and the home of the process."""
    if importlib.util.find_spec("test") is None or importlib.util.find_spec("test.test_logging") is None:
        pytest.fail(
            REMEDY.format(executable=sys.executable, version="{}.{}".format(*sys.version_info)), pytrace=False
        )

    def run(way: str) -> tuple[dict[str, str], Path]:
        home = tmp_path_factory.mktemp("suite")
        write = f"\nfrom tests.doors.stdlib_suite.outcomes import write_outcomes\nwrite_outcomes('out.json', {SUITES!r})"
        run_program(WAYS[way] + write, home, timeout=540)
        return json.loads((home / "out.json").read_text()), home

    # They wait most of the time.
    with ThreadPoolExecutor(len(WAYS)) as pool:
        return dict(zip(WAYS, pool.map(run, WAYS), strict=True))


@pytest.mark.parametrize(
    ("way", "inapplicable"),
    [("imported", {}), ("console=False", ALWAYS), ("console='auto'", LISTED)],
)
def test_what_passes_without_passes_with_logcorr(outcomes, way, inapplicable):
    """Every test of CPython's that passes without logcorr passes with it, but those listed, which all do not."""
    passed = {name for name, outcome in outcomes["without"][0].items() if outcome == PASSED}
    assert len(passed) > 400
    found = outcomes[way][0]
    failed = {name: found.get(name, "not run") for name in passed if found.get(name) != PASSED}
    unexpected = {name: outcome for name, outcome in failed.items() if name not in inapplicable}
    assert not unexpected, "\n".join(f"{name}\n{outcome}" for name, outcome in unexpected.items())
    assert failed.keys() == inapplicable.keys() & passed, "the list has tests that pass"


@pytest.mark.parametrize("way", ["console=False", "console='auto'"])
def test_their_records_are_in_the_journal(outcomes, way):
    """While CPython's tests ran, the door was open: what they logged is in the journal."""
    found = records(outcomes[way][1])
    assert len(found) > 100
    assert {"root", "INF.ERR", "py.warnings", "compiler.parser"} <= {record["component"] for record in found}
