"""Threads that gevent has put greenlets in the place of."""

from pathlib import Path

import pytest

from tests.support.program import records, run_program

GEVENT = """
{first}
import logging, threading
from concurrent.futures import ThreadPoolExecutor
import gevent
{second}
log = logging.getLogger("ways")

def step(number):
    with logcorr.operation("step", closing_record=False, runId=str(number)):
        thread = threading.Thread(target=log.info, args=("said",), kwargs={{"extra": {{"number": number}}}})
        timer = threading.Timer(0.001, log.info, ("said",), {{"extra": {{"number": number}}}})
        thread.start(); timer.start()
        gevent.sleep(0)
        pool.submit(log.info, "said", extra={{"number": number}}).result()
        thread.join(); timer.join()

pool = ThreadPoolExecutor(2)
gevent.joinall([gevent.spawn(step, number) for number in range(20)], raise_error=True)
"""
PATCH = "from gevent import monkey; monkey.patch_all()"
CONFIGURE = "import logcorr; logcorr.configure(console=False, otlp=False)"


@pytest.mark.parametrize("order", ["patched first", "configured first"])
def test_gevent(order: str, tmp_path: Path) -> None:
    """With gevent's threads, patched before or after, twenty units of work at once have their own ids everywhere."""
    first, second = (PATCH, CONFIGURE) if order == "patched first" else (CONFIGURE, PATCH)
    run_program(GEVENT.format(first=first, second=second), tmp_path)
    made = [record for record in records(tmp_path) if record["component"] == "ways"]
    assert len(made) == 20 * 3
    traces: dict[str, set[str]] = {}
    for record in made:
        assert record["runId"] == str(record["context"]["number"])
        traces.setdefault(record["runId"], set()).add(record["trace_id"])
    assert all(len(trace_ids) == 1 for trace_ids in traces.values())
    assert len(set.union(*traces.values())) == 20
