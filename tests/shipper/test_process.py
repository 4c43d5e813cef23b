"""The shipper's process: whose child it is, what it holds, and how it is run by hand."""

import errno
import signal
import socket
import stat
from pathlib import Path

from logcorr.journal.format import companion
from logcorr.journal.lock import SHIPPER
from tests.shipper.helpers import LOG, free_port, messages, until


def test_a_parent_that_reaps_all_children_is_not_confused(collector, service):
    """As gunicorn's arbiter does: the one child it sees ends with 0 while its shipper goes on working."""
    toygres = service(collector.grpc_endpoint)
    done = toygres.run(
        LOG
        + """
import os
log(1)
pid, status = os.waitpid(-1, 0)
print(status)
log(9, 1)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("no other child")
print(logcorr.flush(20), logcorr.status().shipper)
"""
    )
    assert done.stdout == "0\nno other child\nTrue running\n"
    assert done.stderr == ""


def test_no_zombie_is_left_to_an_application_that_goes_on_logging(collector, service):
    """The child that started the shipper is collected."""
    toygres = service(collector.grpc_endpoint)
    done = toygres.run(
        """
import logcorr.shipping
logcorr.shipping.LOOK_INTERVAL_S = 0.05
"""
        + LOG
        + """
import os, time
log(1)
children = lambda: open(f"/proc/self/task/{os.getpid()}/children").read().split()
first = children()
deadline = time.monotonic() + 20
while children() and time.monotonic() < deadline:
    log(1)
    time.sleep(0.02)
print(len(first), len(children()))
"""
    )
    assert done.stdout == "1 0\n"


def test_the_shipper_holds_nothing_of_the_application(service):
    """A server that ends can be started again at once on its port, although the shipper still waits for its collector."""
    toygres = service(f"http://127.0.0.1:{free_port()}")
    done = toygres.run(
        """
import socket
listener = socket.create_server(("127.0.0.1", 0))
listener.set_inheritable(True)  # as gunicorn and uvicorn do
print(listener.getsockname()[1])
"""
        + LOG
        + "log(1)"
    )
    until(lambda: toygres.checkpoint().state == "unreachable")
    (pid,) = toygres.shippers()
    process = Path(f"/proc/{pid}")
    assert [(process / "fd" / stream).readlink() for stream in "012"] == [Path("/dev/null")] * 3
    assert (process / "cwd").readlink() == Path("/")
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", int(done.stdout))) == errno.ECONNREFUSED


def test_modules_beside_the_application_do_not_become_the_shippers(collector, service):
    """A file that happens to lie in the working directory is not run in place of the standard library's or gRPC."""
    toygres = service(collector.grpc_endpoint)
    toygres.home.mkdir()
    work = toygres.home / "work"
    work.mkdir()
    for name in ("grpc", "http", "argparse"):
        (work / f"{name}.py").write_text("import os; open('was_run', 'w'); os._exit(3)")
    toygres.run("import os\nos.chdir('work')\n" + LOG + "log(5)")
    toygres.arrived(collector, 5)
    assert not (work / "was_run").exists()


def test_a_signal_ends_it_also_while_the_collector_is_away(service):
    """SIGTERM and Ctrl-C end a shipper in the foreground with 0, the backlog is kept, and stderr has one line on it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        toygres = service(f"http://127.0.0.1:{free_port()}", LOGCORR_SHIP="external")
        toygres.run(LOG + "log(5)")
        shipper = toygres.ship()
        until(lambda toygres=toygres: toygres.checkpoint().state == "unreachable")
        shipper.send_signal(number)
        assert shipper.wait(30) == 0
        assert toygres.checkpoint().offset == 0
        said = shipper.stderr.read()
        assert said.count("\n") == 1
        assert "records wait" in said


def test_a_wrong_setting_is_told_at_once(service):
    """Exit code 2 and one line that names it."""
    shipper = service("http://127.0.0.1:1").ship(OTEL_EXPORTER_OTLP_COMPRESSION="zip")
    assert shipper.wait(30) == 2
    said = shipper.stderr.read()
    assert "OTEL_EXPORTER_OTLP_COMPRESSION" in said
    assert "Traceback" not in said


def test_a_journal_that_does_not_exist_yet_is_waited_for(collector, service):
    """A sidecar may be started before the application."""
    toygres = service(
        collector.http_endpoint, LOGCORR_SHIP="external", OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf"
    )
    toygres.journal.parent.mkdir(parents=True)
    toygres.ship()
    toygres.run(LOG + "log(5)")
    assert messages(toygres.arrived(collector, 5)) == [f"message {number}" for number in range(5)]


def test_a_sidecar_waits_even_for_the_directory(collector, service):
    """The home of the application may not have been made yet."""
    toygres = service(collector.grpc_endpoint, LOGCORR_SHIP="external")
    shipper = toygres.ship()
    until(lambda: shipper.poll() is not None or companion(toygres.journal, SHIPPER).exists())
    assert shipper.poll() is None
    assert stat.S_IMODE(toygres.journal.parent.stat().st_mode) == 0o700
    toygres.run(LOG + "log(5)")
    toygres.arrived(collector, 5)
