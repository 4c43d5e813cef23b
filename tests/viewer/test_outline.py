import pytest

from logcorr.viewer.outline import Outline
from logcorr.viewer.tree import Trace

WEB, TASK, RETRY = "a" * 16, "b" * 16, "c" * 16
IDS = {"runId": "run-1", "tenantId": "t-1"}


def text(entries, width=None):
    lines = Outline(Trace(entries), width=width).lines()
    return ["".join(part.text for part in (*line.lead, *line.body)) for line in lines]


@pytest.fixture
def saga(records):
    worker = {"service": "worker", "pid": 2, **IDS}
    task = {"task_name": "provision", "task_id": "9", "queue": "q"}
    return [
        records.inside(5, "requested", WEB, **IDS, context={"plan": "small db"}, metrics={"rows": 3}),
        records.closing(40, "POST /instances", WEB, took=40, context={"status": 202}, **IDS),
        records.inside(60, "slow", TASK, level="WARNING", context={**task, "retries": 0, "step": 1}, **worker),
        records.closing(
            70, "provision", TASK, parent=WEB, took=12, message="Task provision retry", level="INFO",
            context={**task, "retries": 0, "state": "RETRY"}, exception={"type": "OSError", "message": "gone"}, **worker,
        ),
        records.closing(
            2040, "provision", RETRY, parent=TASK, took=941, message="Task provision raised", level="ERROR",
            context={**task, "retries": 1, "state": "FAILURE"}, **worker,
        ),
    ]  # fmt: skip


def test_a_trace_reads_from_its_header_down_its_tree(saga):
    """Header, relative times, levels, outcomes, durations, processes, retries, exceptions: each once."""
    assert text(saga) == [
        "trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "2026-02-11 14:25:30.000 UTC · 2.040s · 5 records · 1 error",
        "runId=run-1 tenantId=t-1",
        "",
        "   +0.0ms       ● POST /instances 202  40.0ms  web[1]",
        '   +5.0ms INFO  │ toygres.api: requested  plan="small db" rows=3',
        "  +58.0ms       └─● provision RETRY  12.0ms  worker[2]",
        "  +60.0ms WARN    │ toygres.api: slow  step=1",
        "  +70.0ms INFO    │ toygres.api: Task provision retry",
        "                  │   OSError: gone",
        "  +1.099s         └─● provision retry 1 FAILURE  941.0ms  worker[2]",
        "  +2.040s ERROR     │ toygres.api: Task provision raised",
    ]


def test_what_is_missing_is_said(records):
    """An unfinished span and an unknown parent are marked; records without a span say who wrote them."""
    entries = [
        records.inside(0, "x", WEB),
        records.closing(10, "orphan", TASK, parent="f" * 16, took=1),
        records.entry(20, "loose", trace_id="4bf92f3577b34da6a3ce929d0e0e4736", runId="r"),
    ]
    assert text(entries)[4:] == [
        f"   +0.0ms       ○ span {WEB} unfinished  web[1]",
        "   +0.0ms INFO  │ toygres.api: x",
        f"   +9.0ms       ● orphan  1.0ms  web[1]  parent {'f' * 16} not found",
        "  +20.0ms INFO  toygres.api: loose  web[1]",
    ]


def test_a_deep_trace_keeps_room_for_its_records(records):
    """Two thousand nested spans neither overflow the stack nor a terminal's width; without one, nothing is cut."""
    entries = [
        records.closing(n, f"s{n}", f"{n:016x}", parent=f"{n - 1:016x}" if n else None) for n in range(2000)
    ]
    guides = [line for line in text(entries, width=80) if "● s1999" in line]
    assert len(guides) == 1
    assert guides[0].index("●") < 16 + 80 // 3 + 1
    assert text(entries)[-1].index("●") > 3000
