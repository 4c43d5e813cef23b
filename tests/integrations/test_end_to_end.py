"""A request, the chain of tasks that it starts, and the last task's call back to the web: one trace, one run."""

from pathlib import Path

from tests.support.servers import uvicorn
from tests.support.tasks import APPLICATION, broker, closings, environment, worker
from tests.support.web import Web, access_records


def test_a_request_its_tasks_and_their_call_back_are_one_trace(tmp_path: Path) -> None:
    """Every record of web and worker has the trace, run, plan and tenant of the first request, each below its cause."""
    home = tmp_path / "home"
    with (
        broker("redis", tmp_path / "broker") as settings,
        worker(home, settings, "--pool", "prefork", "--concurrency", "2") as running,
        uvicorn("order_app:app", home, APPLICATION, env=environment(settings, home)) as (_, port),
    ):
        web = Web(port, home)
        host = [("Host", f"127.0.0.1:{port}"), ("X-Tenant-ID", "tenant-1")]
        answer = web.get("/orders/7", host, method="POST")
        web.trace(answer.trace_id, requests=2)
        found = running.trace(answer.trace_id, 3)
    (first, last), tasks = access_records(found), closings(found)
    assert (first["message"], last["message"]) == ("POST /orders/{order} 200", "GET /orders/{order}/done 200")
    spans = {record["span_id"]: record for record in (first, *tasks, last)}
    names, span_id = [], last["span_id"]
    while span_id in spans:
        described = spans[span_id]["context"]["span"]
        names.append(described["name"])
        span_id = described["parent_span_id"]
    assert names == ["GET /orders/{order}/done", "call", "add", "add", "POST /orders/{order}"]
    assert len({record["pid"] for record in found}) >= 2
    for record in found:
        if record is not first:
            assert (record["tenantId"], record["runId"], record["planId"]) == ("tenant-1", "run-7", "plan-1")
