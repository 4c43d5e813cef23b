"""What the benchmark says of logcorr is true of its lines, and of nothing but the run."""

import json
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from tests.support.program import REPOSITORY, environment

PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from opentelemetry.sdk.trace import TracerProvider
from contenders import OURS
from lines import lacking, marked, read
from work import BOUND
from workloads import WORKLOADS, values_of
file = Path("0.log").absolute()
log = OURS[sys.argv[2]](file)
with TracerProvider().get_tracer("bench").start_as_current_span("bench") as span, log.scope:
    trace_id = f"{span.get_span_context().trace_id:032x}"
    for workload in WORKLOADS.values():
        before = read(file)
        given = workload.given(3)
        for item in given:
            getattr(log, workload.verb)(item)
        text = read(file).removeprefix(before)
        if not workload.mark:
            assert text == "", text
            continue
        assert len(marked(text, workload.mark)) == 3, text
        missing = lacking(text, workload.mark, values_of(workload.verb, given[-1]), BOUND.values(), trace_id)
        assert missing == [], (missing, text)
"""


@pytest.mark.parametrize("door", ["stdlib", "structlog", "loguru"])
def test_every_line_of_a_door_holds_every_value(door, tmp_path):
    """In each workload: message, fields, correlation fields and the ids of the span, one line a call."""
    command = [sys.executable, "-c", PROGRAM, str(REPOSITORY / "benchmarks"), f"logcorr, {door} door"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_values_differ_from_call_to_call():
    """Where the workload says so, no two calls have the same id."""
    from work import arguments, failures, varied

    assert len({fields["requestId"] for fields in varied(100)}) == 100
    assert len(set(arguments(100))) > 90
    assert len({str(failure) for failure in failures(100)}) > 90


def test_a_failure_has_a_traceback_of_four_frames():
    """As the workload's title says."""
    from traceback import walk_tb

    from work import failures

    assert len(list(walk_tb(failures(1)[0].__traceback__))) == 4


def measured(key, samples, **options):
    from measured import Measured

    return Measured(key, "title", "µs", samples, **options)


def test_a_target_that_is_not_reached_says_so():
    """A figure of another run cannot stand in for it: what was not measured is named as well."""
    from targets import TARGETS, target_table

    rows = target_table({"celery": measured("celery", {"logcorr, ids": [11.0, 13.0, 14.0]})})
    assert "| Celery round trip | ≤ 12 µs | 13.0 µs (12.0 to 13.5) | **not reached** |" in rows
    assert rows.count("not measured") == len(TARGETS) - 1


def test_a_picture_is_well_formed_and_names_every_contender():
    """Bars and curves are XML, whatever a library is called."""
    from bars import bars
    from curves import curves

    svg = bars(measured("info", {"logcorr, stdlib door": [1.0], "A & B <c>": [2.0], "slow": [1000.0]}))
    shown = {element.text for element in ET.fromstring(svg).iter() if element.text}  # noqa: S314  our own
    assert {"logcorr, stdlib door", "A & B <c>", "slow", "1,000"} <= shown
    samples = {f"logcorr, stdlib door at {place}": [1.0 * place] for place in (1, 10, 100)}
    ET.fromstring(curves([measured("growth records", samples)]))  # noqa: S314  our own


def test_the_machine_is_described_without_its_name():
    """No host name and no path."""
    import os

    from machine import described

    assert os.uname().nodename not in described()
    assert str(REPOSITORY) not in described()


def test_instructions_are_compared_with_the_baseline():
    """Only a door of logcorr's that is more than 5 % dearer is a failure."""
    from instructions import grown

    before = {"logcorr, stdlib door: info": 1000, "logcorr, loguru door: info": 1000, "eliot: info": 1000}
    counts = {"logcorr, stdlib door: info": 1050, "logcorr, loguru door: info": 1051, "eliot: info": 2000}
    assert grown(counts, before) == ["logcorr, loguru door: info"]


def test_the_baseline_is_of_the_doors_and_of_their_peers():
    """Every call that is counted has its figure in the repository."""
    from instructions import all_calls, baseline

    assert set(json.loads(json.dumps(baseline()))["instructions"]) == set(all_calls())


def test_an_unknown_part_is_refused():
    """With the names that there are; and nothing is measured."""
    command = [sys.executable, str(REPOSITORY / "benchmarks" / "bench.py"), "weather"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no part weather; there are record, masked" in done.stderr


def test_the_page_is_written_between_its_marks():
    """What a person wrote around them stays, and a second writing replaces the first."""
    import page

    text = f"before\n{page.START_MARK}\nold figures\n{page.END_MARK}\nafter\n"
    once = page.between(text, "new figures")
    assert once == f"before\n{page.START_MARK}\n\nnew figures\n\n{page.END_MARK}\nafter\n"
    assert page.between(once, "new figures") == once
