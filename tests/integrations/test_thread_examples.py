"""integrations/threads runs as its README says, and makes the records that it shows."""

import re
from collections import Counter
from typing import Any

import pytest

from tests.support.program import REPOSITORY, records, run_program

EXAMPLE = REPOSITORY / "integrations" / "threads"
OF_AN_ORDER = 6
Record = dict[str, Any]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    """The records of one run."""
    home = tmp_path_factory.mktemp("threads")
    run_program((EXAMPLE / "app.py").read_text("utf-8"), home, timeout=180)
    return records(home, "restaurant")


def one(found: list[Record], message: str) -> Record:
    (record,) = (record for record in found if record["message"] == message)
    return record


def test_records_are_those_of_the_readme(found: list[Record]) -> None:
    """Every record that the README shows is in the journal, and no other."""
    (block,) = re.findall(r"```text\n(.*?)```", (EXAMPLE / "README.md").read_text("utf-8"), re.DOTALL)
    lines = [f"{record['level']} {record['component']} {record['message']}" for record in found]
    assert Counter(lines) == Counter(block.splitlines())


@pytest.mark.parametrize("order", ["order-1", "order-2"])
def test_an_order_is_one_trace(found: list[Record], order: str) -> None:
    """Pool, thread, timer and process leave the records of each order in its trace, for its table."""
    mine = [record for record in found if record.get("runId") == order]
    assert len(mine) == OF_AN_ORDER
    assert len({record["trace_id"] for record in mine}) == 1
    assert {record["tenantId"] for record in mine} == {"table-7"}
    assert len({record["pid"] for record in mine}) == 2


def test_what_is_no_part_of_it(found: list[Record]) -> None:
    """What was detached has no ids, and what outlived its unit of work says where it comes from."""
    opened, late = one(found, "open finished"), one(found, "who left the door open?")
    for message in ("watching the stove", "the stove is off"):
        assert not {"trace_id", "runId", "context"} & one(found, message).keys()
    assert late["context"] == {"origin_trace_id": opened["trace_id"], "context_stale": True}
    assert not {"trace_id", "runId"} & late.keys()
