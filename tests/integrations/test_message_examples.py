"""The examples of calls, messages and statements run as their READMEs say, and make the records that those show."""

import re
from collections import Counter

import pytest

from tests.support.program import REPOSITORY, records, run_program

EXAMPLES = {"grpc": "stock", "kafka": "billing", "sqlcommenter": "ledger"}


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request, tmp_path_factory):
    """The name of an example, what it printed, and its records."""
    home = tmp_path_factory.mktemp(request.param)
    code = (REPOSITORY / "integrations" / request.param / "app.py").read_text("utf-8")
    env = {"LOGCORR_OTLP": "false", "LOGCORR_CONSOLE": "false", "GRPC_VERBOSITY": "ERROR"}
    done = run_program(code, home, env=env, timeout=200)
    return request.param, done, records(home, EXAMPLES[request.param])


def block(name, language):
    """The lines of the README's one block in *language*."""
    readme = (REPOSITORY / "integrations" / name / "README.md").read_text("utf-8")
    (found,) = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    return found.splitlines()


def test_records_are_those_of_the_readme(example):
    """Every record that the README shows is in the journal, and no other; nothing is said on standard error."""
    name, done, found = example
    lines = Counter(f"{record['level']} {record['component']} {record['message']}" for record in found)
    assert lines == Counter(block(name, "text"))
    assert done.stderr == ""


def test_each_unit_of_work_has_one_trace(example):
    """Both sides of a call or a message have one trace, one run and one tenant; another unit of work has others."""
    _, _, found = example
    works = {}
    for record in found:
        works.setdefault(record["trace_id"], set()).add((record.get("runId"), record["tenantId"]))
    assert all(len(fields) == 1 for fields in works.values())
    assert len(set.union(*works.values())) == len(works) >= 2


def test_statements_are_those_of_the_readme(example):
    """What SQLite printed is what the README of the SQL comments shows, with the trace ids of the journal."""
    name, done, found = example
    statements = [
        line for line in done.stdout.splitlines() if not line.startswith(("PRAGMA", "BEGIN", "COMMIT"))
    ]
    shown = block(name, "sql") if name == "sqlcommenter" else []
    assert [re.sub("00-[0-9a-f]{32}-[0-9a-f]{16}-03", "00-…-03", line) for line in statements] == shown
    traces = re.findall("00-([0-9a-f]{32})", done.stdout)
    assert set(traces) <= {record["trace_id"] for record in found}
