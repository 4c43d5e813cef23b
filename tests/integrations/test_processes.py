"""Other processes: the ids go with the work as a carrier, whatever starts the process, and nowhere by themselves."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.program import records, run_program

METHODS = ("fork", "spawn", "forkserver")
PROGRAM = """
import logging, multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import logcorr

log = logging.getLogger("jobs")
QUIET = {"console": False, "otlp": False}

def start():
    logcorr.configure(**QUIET)

def job(carrier, number):
    with logcorr.operation("job", kind="consumer", parent=logcorr.extract(carrier), number=number):
        log.info("in the operation")
    with logcorr.extract(carrier):
        log.info("extracted", extra={"number": number})
    log.info("bare", extra={"number": number})

def by_executor(context):
    return ProcessPoolExecutor(2, context, start), lambda pool, *args: pool.submit(job, *args).result()

def by_pool(context):
    return context.Pool(2, start), lambda pool, *args: pool.apply(job, args)

def by_map(context):
    return ProcessPoolExecutor(2, context, start), lambda pool, *args: list(
        pool.map(job, *([arg] * 2 for arg in args))
    )

def main(method, way):
    start()
    context = multiprocessing.get_context(method)
    with logcorr.operation("first", runId="run-0", tenantId="tenant-0"):
        pool, use = globals()[way](context)
        with pool:
            for number in range(4):
                ids = {"runId": f"run-{number}", "tenantId": f"tenant-{number}"}
                with logcorr.detached(), logcorr.operation("sender", **ids):
                    use(pool, logcorr.inject({}), number)
            with logcorr.detached():
                use(pool, logcorr.inject({}), 4)

if __name__ == "__main__":
    main(*sys.argv[1:])
"""


@pytest.mark.parametrize("way", ["by_executor", "by_pool", "by_map"])
@pytest.mark.parametrize("method", METHODS)
def test_pools_of_processes(method: str, way: str, tmp_path: Path) -> None:
    """Each job has the ids of the unit of work that sent it, and below it a span; nothing comes from who made the pool."""
    run_program(PROGRAM, tmp_path, method, way, timeout=180)
    found = records(tmp_path)
    senders = {r["runId"]: r for r in found if r["message"] == "sender finished"}
    assert len({sender["trace_id"] for sender in senders.values()}) == 4
    jobs = [record for record in found if record["component"] == "jobs"]
    assert len(jobs) == 5 * 3 * (2 if way == "by_map" else 1)
    assert all(record["pid"] != senders["run-0"]["pid"] for record in jobs)
    for record in jobs:
        number = record["context"]["number"]
        sender = senders.get(f"run-{number}", {})
        if record["message"] == "bare" or (record["message"] == "extracted" and not sender):
            assert not {"trace_id", "runId", "tenantId"} & record.keys()
            continue
        if sender:
            assert record["trace_id"] == sender["trace_id"]
        names = (
            ("runId", "tenantId", "span_id") if record["message"] == "extracted" else ("runId", "tenantId")
        )
        assert [record.get(name) for name in names] == [sender.get(name) for name in names]
    for closing in (record for record in found if record["message"] == "job finished"):
        sender = senders.get(closing.get("runId"), {})
        assert closing["context"]["span"].get("parent_span_id") == sender.get("span_id")


ONE = """
import logging, multiprocessing, sys
import logcorr

log = logging.getLogger("jobs")

def job(carrier):
    logcorr.configure(console=False, otlp=False)
    with logcorr.extract(carrier):
        log.info("in the child")

if __name__ == "__main__":
    logcorr.configure(console=False, otlp=False)
    context = multiprocessing.get_context(sys.argv[1])
    with logcorr.operation("sender", runId="run-1"):
        process = context.Process(target=job, args=(logcorr.inject({}),))
        process.start()
        process.join()
    sys.exit(process.exitcode)
"""


@pytest.mark.parametrize("method", METHODS)
def test_one_process(method: str, tmp_path: Path) -> None:
    """A process that is started for one unit of work has its ids from the carrier that it is given."""
    run_program(ONE, tmp_path, method, timeout=120)
    child, sender = (only(tmp_path, name) for name in ("in the child", "sender finished"))
    assert child["pid"] != sender["pid"]
    assert [child[name] for name in ("trace_id", "span_id", "runId")] == [
        sender[name] for name in ("trace_id", "span_id", "runId")
    ]


def only(home: Path, message: str) -> dict[str, Any]:
    (record,) = (record for record in records(home) if record["message"] == message)
    return record
