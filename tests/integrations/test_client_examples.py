"""integrations/httpx, requests and aiohttp as their READMEs run them."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import REPOSITORY, records, run_program

EXAMPLES = {"httpx": "shop", "requests": "billing", "aiohttp": "tickets"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_client_example(tmp_path: Path, name: str) -> None:
    """The example makes the records that its README shows, those of one run in one trace on both sides of a call."""
    folder = REPOSITORY / "integrations" / name
    env = {"NO_PROXY": "*", "LOGCORR_OTLP": "false"}
    done = run_program((folder / "app.py").read_text("utf-8"), tmp_path, env=env)
    assert (done.stdout, done.stderr) == ("", "")
    found = records(tmp_path, EXAMPLES[name])
    (claimed,) = re.findall(r"```text\n(.*?)```", (folder / "README.md").read_text("utf-8"), re.DOTALL)
    assert Counter(map(line_of, found)) == Counter(claimed.splitlines())
    traces: dict[str, set[str]] = {}
    for record in found:
        assert record["tenantId"] == "tenant-7"
        traces.setdefault(record["runId"], set()).add(record["trace_id"])
    assert all(len(ids) == 1 for ids in traces.values())
    assert len(set.union(*traces.values())) == len(traces)
    calls = {record["span_id"] for record in found if record["component"] == "logcorr.client"}
    served = [record["context"]["span"] for record in found if "span" in record.get("context", {})]
    assert {span["parent_span_id"] for span in served if span["kind"] == "server"} <= calls


def test_the_stranger_of_the_example_is_told_nothing(tmp_path: Path) -> None:
    """A redirect to a host that is not among those named takes no ids there."""
    run_program((REPOSITORY / "integrations" / "aiohttp" / "app.py").read_text("utf-8"), tmp_path)
    (followed,) = (record for record in records(tmp_path, "tickets") if record["message"] == "Followed")
    assert followed["context"] == {"told": []}


def line_of(record: dict[str, Any]) -> str:
    return f"{record['level']} {record['component']} {record['message']}"
