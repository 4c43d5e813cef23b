"""flush(), shutdown() and the end of a process: the truth, and within its time, whatever the collector does."""

import time

import pytest

from tests.shipper.helpers import LOG, Relay, free_port, until
from tests.support.receiver import Receiver

SOME_S = 6.0  # "a few seconds": far from a hang, far above what a busy machine needs


def test_flush_says_whether_everything_has_arrived(collector, service):
    """True is a promise: the collector has the records; and it is True at once when there is nothing to do."""
    toygres = service(collector.grpc_endpoint)
    app = toygres.start(
        LOG
        + "print(logcorr.flush(0), flush=True); log(300); print(logcorr.flush(20), flush=True); sys.stdin.read()"
    )
    assert app.stdout.readline() == "True\n"
    assert app.stdout.readline() == "True\n"
    assert len(toygres.received(collector)) == 300


def test_leaving_the_program_is_enough(collector, service):
    """The end of the process waits while the shipper makes progress: what a short script logs is there afterwards."""
    toygres = service(collector.grpc_endpoint, LOGCORR_SHUTDOWN_TIMEOUT="20")
    toygres.run(LOG + "log(50)")
    assert len(toygres.received(collector)) == 50


def end_of(toygres, code):
    """What a program printed, and how long it took to end after its last line."""
    app = toygres.start(code + "\nprint('over', flush=True)")
    lines = []
    while (line := app.stdout.readline()) != "over\n":
        assert line, "it ended early"
        lines.append(line.strip())
    before = time.monotonic()
    assert app.wait(60) == 0
    return lines, time.monotonic() - before


DEAD = (
    LOG
    + "import time\nlog(20)\nbefore = time.monotonic()\nprint(logcorr.flush(0.1))\nprint(time.monotonic() - before)"
)


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
@pytest.mark.parametrize("kind", ["refused", "black hole", "TLS that never answers"])
def test_a_dead_collector_keeps_no_process(service, kind, protocol):
    """It ends within a few seconds, flush() keeps to its time and says False, and the records are in the journal."""
    with Relay() as black_hole:
        port = free_port() if kind == "refused" else black_hole.port
        scheme = "https" if kind.startswith("TLS") else "http"
        toygres = service(f"{scheme}://127.0.0.1:{port}", OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
        (flushed, took), ending = end_of(toygres, DEAD)
        assert flushed == "False"
        assert float(took) < 2
        assert ending < SOME_S
        assert len(toygres.records()) == 20
        assert toygres.checkpoint().offset == 0


@pytest.mark.parametrize("fault", ["401", "404", "503"])
def test_a_collector_that_refuses_everything_keeps_no_process_and_no_record_is_dropped(
    service, tmp_path, fault
):
    """Wrong credentials, wrong path, overload: the records wait for the settings or the server to be mended."""
    with Receiver(tmp_path / "collector", "--fail", fault) as receiver:
        toygres = service(receiver.http_endpoint, OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf")
        (flushed, _), ending = end_of(toygres, DEAD)
        assert (flushed, ending < SOME_S) == ("False", True)
        until(lambda: fault in toygres.checkpoint().error)
        assert (toygres.checkpoint().offset, toygres.checkpoint().rejected) == (0, 0)
        receiver.restart()
        toygres.arrived(receiver, 20)


def test_shutdown_waits_no_longer_than_it_is_told(service):
    """Logging goes on working afterwards."""
    toygres = service(f"http://127.0.0.1:{free_port()}")
    code = (
        LOG
        + "import time\nlog(5); before = time.monotonic(); print(logcorr.shutdown(0)); print(time.monotonic() - before < 1); log(5, 5)"
    )
    assert end_of(toygres, code)[0] == ["False", "True"]
    assert len(toygres.records()) == 10


def test_where_nothing_is_shipped_flush_is_true(service):
    """There is nothing that could be waited for."""
    for setting in ({"LOGCORR_SHIP": "false"}, {"LOGCORR_OTLP": "false"}, {"OTEL_LOGS_EXPORTER": "none"}):
        toygres = service("http://127.0.0.1:1", **setting)
        assert (
            toygres.run(LOG + "log(5); print(logcorr.flush(), logcorr.status().shipper)").stdout
            == "True off\n"
        )
        assert toygres.shippers() == []
