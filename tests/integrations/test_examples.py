"""The small examples run as their READMEs say, and make the records that those show."""

import re
from collections import Counter

import pytest

from tests.support.program import REPOSITORY, records, run_program

EXAMPLES = {"logging": "orders", "structlog": "payments", "loguru": "parcels"}


def run_example(name, home):
    """What the example printed, and its records."""
    code = (REPOSITORY / "integrations" / name / "app.py").read_text("utf-8")
    return run_program(code, home), records(home, EXAMPLES[name])


def claimed(name):
    """The lines of the README's block of records."""
    readme = (REPOSITORY / "integrations" / name / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```text\n(.*?)```", readme, re.DOTALL)
    return block.splitlines()


def line_of(record):
    """A record as the READMEs show it; what differs from run to run is left out."""
    message = re.sub(r"\(\d+\)", "(…)", record["message"])
    return f"{record['level']} {record['component']} {message}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_records_are_those_of_the_readme(tmp_path, name):
    """Every record that the README shows is in the journal, and no other."""
    _, found = run_example(name, tmp_path)
    assert Counter(map(line_of, found)) == Counter(claimed(name))


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_unit_of_work_has_one_trace(tmp_path, name):
    """Records of one run share a trace id with no other run; records outside have none."""
    _, found = run_example(name, tmp_path)
    traces = {}
    for record in found:
        assert ("runId" in record) == ("trace_id" in record)
        if "runId" in record:
            assert record["tenantId"] == "tenant-7"
            traces.setdefault(record["runId"], set()).add(record["trace_id"])
    assert all(len(ids) == 1 for ids in traces.values())
    assert len(set.union(*traces.values())) == len(traces) >= 1


def test_logging_keeps_the_applications_own_file(tmp_path):
    """The file of the application has its own format, with the ids, and nothing else is printed."""
    done, found = run_example("logging", tmp_path)
    lines = done.stdout.splitlines()
    assert "INFO orders run=run-1 order 1 taken" in lines
    assert "WARNING orders run= closing" in lines
    assert found[0]["context"] == {"size": 3}
    assert found[0]["metrics"] == {"queueMs": 1.5}
    assert found[5]["exception"]["type"] == "ZeroDivisionError"
    assert found[-1]["context"] == {"name": "a name that the standard library refuses"}
    assert done.stderr == ""


def test_structlog_fields(tmp_path):
    """Bound, contextual and given fields are on the record, and standard output has JSON alone."""
    done, found = run_example("structlog", tmp_path)
    paying = [record for record in found if record["message"] == "paying"]
    assert [record["context"]["currency"] for record in paying] == ["EUR", "EUR"]
    assert sorted(record["context"]["amount"] for record in paying) == [10, 2000]
    assert {record["context"]["attempt"] for record in paying} == {1}
    assert {record["runId"] for record in paying} == {"run-10", "run-2000"}
    (over,) = (record for record in found if record["message"] == "over the limit")
    assert over["metrics"] == {"overBy": 1000}
    assert found[-1]["exception"]["type"] == "TimeoutError"
    assert len(done.stdout.splitlines()) == len(found)


def test_loguru_levels_and_sinks(tmp_path):
    """A level of its own keeps its name, the application's file goes on, no line is printed twice."""
    done, found = run_example("loguru", tmp_path)
    assert found[0]["context"] == {"parcel": 1, "city": "Lyon"}
    assert found[1]["context"] == {"parcel": 1, "signed_by": "Ada", "level": "AUDIT"}
    assert found[3]["exception"]["type"] == "ZeroDivisionError"
    assert found[4]["context"] == {"level": "SUCCESS"}
    assert len(done.stdout.splitlines()) == len(found)
    assert done.stderr.splitlines()[:2] == ["INFO on the way to Lyon", "AUDIT handed over"]
