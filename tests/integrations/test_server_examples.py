"""integrations/fastapi, asgi and celery as their READMEs run them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.support.program import REPOSITORY, environment, records
from tests.support.servers import accepts, celery_worker, free_port, redis, running, wait_until
from tests.support.tasks import closings
from tests.support.web import access_records

EXAMPLES = REPOSITORY / "integrations"
QUIET = {"LOGCORR_OTLP": "false"}


def test_the_fastapi_example(tmp_path: Path) -> None:
    """An order, an article that does not exist and the bug leave the records that the README shows."""
    port = free_port()
    command, env = [sys.executable, str(EXAMPLES / "fastapi" / "app.py")], {**QUIET, "PORT": str(port)}
    with running(command, tmp_path, ready=lambda: accepts(port), env=env) as server:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-Tenant-ID": "tenant-1"}) as client:
            good, missing, broken = (client.get(path) for path in ("/orders/cup", "/orders/jug", "/broken"))
        assert [answer.status_code for answer in (good, missing, broken)] == [200, 404, 500]
        found = wait_until(lambda: _when_complete(tmp_path))
    mine = [record for record in found if record.get("trace_id") == good.json()["trace_id"]]
    assert [record["message"] for record in mine] == [
        "Order received",
        "Priced at 12",
        "GET /orders/{article} 200",
    ]
    assert {(record["runId"], record["tenantId"]) for record in mine} == {("run-1", "tenant-1")}
    assert all(line.startswith("{") for line in server.stdout.splitlines())
    assert server.stderr == ""
    (failure,) = (record for record in found if "exception" in record)
    assert failure["trace_id"] == broken.headers["traceresponse"].split("-")[1]


def _when_complete(home: Path) -> list[dict[str, Any]]:
    found = records(home, "orders")
    complete = len(access_records(found)) == 3 and any("exception" in record for record in found)
    return found if complete else []


def test_the_asgi_example(tmp_path: Path) -> None:
    """The stream and the WebSocket leave the records that the README shows, the health check none."""
    port = free_port()
    command, env = [sys.executable, str(EXAMPLES / "asgi" / "app.py")], {**QUIET, "PORT": str(port)}
    with running(command, tmp_path, ready=lambda: accepts(port), env=env):
        address = f"127.0.0.1:{port}"
        assert httpx.get(f"http://{address}/health").text == "ok"
        stream = httpx.get(f"http://{address}/changes/cup", headers={"Host": "acme.prices.example"})
        assert stream.text == "data: 12\n\ndata: 13\n\ndata: 14\n\n"
        with connect(f"ws://{address}/ask") as socket:
            socket.send("pot")
            assert socket.recv() == "30"
        wait_until(lambda: len(access_records(records(tmp_path, "prices"))) == 2)
    found = records(tmp_path, "prices")
    changes = [record for record in found if record.get("context", {}).get("article") == "cup"]
    assert [record["message"] for record in changes] == ["Price changed"] * 3 + ["GET /changes/{article} 200"]
    assert {record["tenantId"] for record in changes} == {"acme"}
    assert len({record["span_id"] for record in changes}) == 1
    (asked,) = (record for record in found if record["message"] == "Asked for a price")
    (message,) = (record for record in found if record["component"] == "logcorr.websocket")
    assert message["span_id"] == asked["span_id"]
    assert [record["message"] for record in access_records(found)] == [
        "GET /changes/{article} 200",
        "WEBSOCKET /ask 1000",
    ]


def test_the_celery_example(tmp_path: Path) -> None:
    """The chain and its retry are in the trace whose id the sender printed."""
    application = EXAMPLES / "celery"
    with redis(tmp_path / "broker") as url:
        env = {**QUIET, "BROKER_URL": url, "C_FORCE_ROOT": "1"}

        def ready() -> bool:
            journal = tmp_path / ".payments" / "server.log"
            return journal.exists() and "ready." in journal.read_text()

        with celery_worker(
            "app", tmp_path, application, "--concurrency", "2", ready=ready, env=env
        ) as worker:
            sender = [sys.executable, str(application / "app.py")]
            done = subprocess.run(
                sender, env=environment(tmp_path, env), capture_output=True, text=True, timeout=60, check=True
            )
            trace_id = done.stdout.splitlines()[-1]

            def trace() -> list[dict[str, Any]]:
                return [
                    record for record in records(tmp_path, "payments") if record.get("trace_id") == trace_id
                ]

            worker.wait_until(lambda: len(closings(trace())) == 3)
    states = sorted(
        (record["context"]["retries"], record["context"]["state"]) for record in closings(trace())
    )
    assert states == [(0, "RETRY"), (0, "SUCCESS"), (1, "SUCCESS")]
    assert {record["tenantId"] for record in trace()} == {"tenant-1"}
    assert "Booked 42" in [record["message"] for record in trace()]
