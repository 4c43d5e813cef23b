"""A worker that is killed in the middle of a task: the message comes again, to another worker."""

import time
from pathlib import Path

import pytest
import redis

from tests.support.program import records
from tests.support.servers import wait_until
from tests.support.tasks import broker, closings, parent_of, worker

VISIBILITY_S = 1


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_redelivered_task_goes_on_with_its_trace(kind: str, tmp_path: Path) -> None:
    """The second attempt is in the sender's trace, below the sender; the first, which nobody closed, is there as well."""
    options = ("--pool", "prefork", "--concurrency", "1")
    home, marker = tmp_path / "home", tmp_path / "marker"
    with broker(kind, tmp_path / "broker") as settings:
        settings["broker_transport_options"] = {"visibility_timeout": VISIBILITY_S} if kind == "redis" else {}
        with worker(home, settings, *options) as first:
            (trace_id,) = first.send(f"late.delay({str(marker)!r})").values()
            first.server.wait_until(marker.exists)
            first.server.kill()
        (home / "ready").unlink()
        if kind == "redis":
            wait_until(lambda: is_visible(settings["broker_url"]))
        with worker(home, settings, *options) as second:
            second.server.wait_until(lambda: closings(traced(home, trace_id)))
    found = traced(home, trace_id)
    (sender,) = (record for record in found if record["component"] == "logcorr.operation")
    (closing,) = closings(found)
    assert parent_of(closing) == sender["span_id"]
    assert closing["context"]["state"] == "SUCCESS"
    (killed,) = (record for record in found if record["message"] == "first time")
    assert killed["span_id"] != closing["span_id"]
    assert killed["context"]["task_id"] == closing["context"]["task_id"]
    assert {record["tenantId"] for record in found} == {"tenant-1"}


def is_visible(url: str) -> bool:
    """Whether the message that the killed worker took may be given to another, which asks for that when it starts."""
    taken = redis.Redis.from_url(url).zrange("unacked_index", 0, -1, withscores=True)
    return bool(taken) and all(at < time.time() - VISIBILITY_S for _, at in taken)


def traced(home: Path, trace_id: str) -> list[dict]:
    """The records of a trace."""
    return [record for record in records(home) if record.get("trace_id") == trace_id]
