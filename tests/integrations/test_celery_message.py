"""What the headers of a message are when it is sent: Celery's, ours, and whatever the sender has put there."""

import json
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from logcorr.integrations.celery.message import OF_CELERY
from tests.support.program import run_program

SENT = """
import json
import logcorr
logcorr.configure(console=False, otlp=False, propagators=["tracecontext", "baggage", "b3"])
from celery import Celery, signals

app = Celery("program", broker="memory://")
app.conf.task_protocol = {protocol}

@signals.before_task_publish.connect
def show(headers, **_):
    print(json.dumps([logcorr.current(), headers]))

with logcorr.operation("sender", {bound}):
    app.send_task("task", headers={headers!r})
"""
PROTOCOLS = (1, 2)


def sent(home: Path, protocol: int, headers: dict[str, Any] | None, bound: str = "") -> dict[str, Any]:
    """The headers of a message that is given *headers*, once those of the ids in force have been looked at."""
    code = SENT.format(protocol=protocol, headers=headers, bound=bound)
    current, found = json.loads(run_program(code, home).stdout)
    trace_id, span_id = current["trace_id"], current["span_id"]
    assert found.pop("traceparent") == f"00-{trace_id}-{span_id}-03"
    assert found.pop("b3") == f"{trace_id}-{span_id}-1"
    return {name: value for name, value in found.items() if name not in OF_CELERY}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_ids_and_fields_are_sent(protocol: int, tmp_path: Path) -> None:
    """A message has the ids and the fields in force in every format, and nothing that is empty."""
    assert sent(tmp_path, protocol, None, "tenantId='t-1'") == {"baggage": "tenantId=t-1"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_sent_takes_the_place_of_what_was_there(protocol: int, tmp_path: Path) -> None:
    """However a header is spelled that was given, or left of the attempt before, there is one of each."""
    given = {
        "Traceparent": "old",
        "TRACESTATE": "old=1",
        "B3": "0",
        "baggage": "runId=old",
        "logcorr-attempt": "old",
        "logcorr-told": True,
        "mine": "stays",
    }
    assert sent(tmp_path, protocol, given) == {"mine": "stays"}


def test_celery_puts_no_other_headers() -> None:
    """Those that a message has from Celery alone are known by name."""
    app = Celery("program", set_as_current=False)
    assert set(app.amqp.as_task_v2("task-1", "task").headers) <= OF_CELERY
