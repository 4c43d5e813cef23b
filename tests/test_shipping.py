"""The application's side of shipping: when a shipper is started, what flush() says, and that nothing of it hurts."""

import socket
import time

import pytest

from logcorr import otlp, shipping
from logcorr.config import Settings
from logcorr.diagnostics import Diagnostics
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion, identity, rotated_path
from logcorr.journal.lock import SHIPPER, JournalLock
from logcorr.otlp import Exporter
from logcorr.shipping import Shipping
from tests.shipper.conftest import service
from tests.shipper.helpers import LOG, Relay, free_port
from tests.support.receiver import Receiver

__all__ = ["service"]  # a fixture


@pytest.fixture(scope="module")
def collector(tmp_path_factory):
    with Receiver(tmp_path_factory.mktemp("collector")) as running:
        yield running


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture
def starts(monkeypatch):
    """What would have been started."""
    started = []
    monkeypatch.setattr(shipping.os, "posix_spawn", lambda *command, **options: started.append(command) or 0)
    return started


@pytest.fixture
def shipping_of(base):
    def make(endpoint=None, **job):
        settings = Settings.load(
            {"endpoint": endpoint} if endpoint else {}, environ={}, directory=base.parent
        )
        return Shipping(base, Exporter.load(settings, {}), job, Diagnostics())

    return make


def test_without_an_endpoint_nothing_is_started_until_somebody_listens(shipping_of, starts, monkeypatch):
    """A script on a laptop pays for no process; once the default port answers, the next look starts one."""
    port = free_port()
    monkeypatch.setitem(otlp._DEFAULT_PORT, "grpc", port)
    ours = shipping_of()
    ours.look_after(time.monotonic())
    assert starts == []
    with socket.create_server(("127.0.0.1", port)):
        ours.look_after(time.monotonic())
    assert len(starts) == 1


def test_with_an_endpoint_it_is_started_at_once(shipping_of, starts):
    """Whether somebody answers there is the shipper's business: the application does not touch the network."""
    with Relay() as relay:
        shipping_of(f"http://127.0.0.1:{relay.port}").look_after(time.monotonic())
        assert len(starts) == 1
        assert relay.connections == 0


def test_while_one_runs_no_other_is_started(shipping_of, starts, base):
    """The lock says so, whoever holds it."""
    with JournalLock(companion(base, SHIPPER)) as lock:
        assert lock.acquire()
        shipping_of("http://127.0.0.1:1").look_after(time.monotonic())
    assert starts == []


def test_one_that_ended_is_not_started_again_at_once(shipping_of, starts):
    """Only after RESTART_INTERVAL_S, so that one that cannot run costs nearly nothing."""
    ours = shipping_of("http://127.0.0.1:1")
    now = time.monotonic()
    for second in range(int(shipping.RESTART_INTERVAL_S)):
        ours.look_after(now + second)
    assert len(starts) == 1
    ours.look_after(now + shipping.RESTART_INTERVAL_S)
    assert len(starts) == 2


def test_records_look_after_it_now_and_then_only(shipping_of, monkeypatch):
    """At the first one, then at most every LOOK_INTERVAL_S."""
    ours, looks = shipping_of(), []
    monkeypatch.setattr(ours, "look_after", looks.append)
    for _ in range(1000):
        ours.look()
    assert len(looks) == 1


def test_on_the_default_endpoint_records_arrive_once_a_collector_is_there(service, tmp_path):
    """Nothing configured at all: written first, then a collector starts on 4317, then everything is there."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 4317)) == 0:
            pytest.fail("somebody listens on port 4317")
    toygres = service()
    toygres.run(LOG + "log(5); print(logcorr.flush(5))")
    assert toygres.shippers() == []
    with Receiver(tmp_path / "default", "--grpc-port", "4317") as default:
        assert toygres.run(LOG + "log(5, 5); print(logcorr.flush(20))").stdout == "True\n"
        assert len(toygres.received(default)) == 10
        toygres.end()


def test_a_missing_package_is_one_line_that_names_the_remedy(service):
    """Everything else works; nothing is started."""
    toygres = service("http://127.0.0.1:1")
    done = toygres.run("import sys\nsys.modules['grpc'] = None\n" + LOG + "log(100); print(logcorr.flush(1))")
    assert done.stderr == "logcorr: records are not shipped without grpc; pip install 'logcorr[otlp]'\n"
    assert done.stdout == "False\n"
    assert len(toygres.records()) == 100


def test_the_application_never_imports_grpc(collector, service):
    """Nor protobuf, nor the shipper, nor does it start a thread."""
    toygres = service(collector.grpc_endpoint)
    done = toygres.run(
        LOG
        + """
import threading
log(10)
print(logcorr.flush(20))
logcorr.status()
print([name for name in sys.modules if name.split(".")[0] in ("grpc", "google") or name.startswith("logcorr.shipper")])
print(threading.active_count())
"""
    )
    assert done.stdout == "True\n[]\n1\n"


def shipped(base, **changes):
    """The checkpoint of a journal that is shipped to its end."""
    place = {
        "identity": identity(base.read_bytes()),
        "inode": base.stat().st_ino,
        "offset": base.stat().st_size,
    }
    Checkpoint(**{**place, **changes}).save(base)


def end(base):
    return base.stat().st_ino, base.stat().st_size


def test_everything_before_the_checkpoint_is_shipped(base, shipping_of):
    """And what is behind it is not."""
    base.write_bytes(b"one\ntwo\n")
    assert not shipping_of().is_shipped(end(base))
    assert shipping_of().backlog_bytes() == 8
    shipped(base, offset=4)
    assert not shipping_of().is_shipped(end(base))
    assert shipping_of().is_shipped((base.stat().st_ino, 4))
    assert shipping_of().backlog_bytes() == 4
    shipped(base)
    assert shipping_of().is_shipped(end(base))
    assert shipping_of().backlog_bytes() == 0


def test_rotation_takes_nothing_back(base, shipping_of):
    """A rotated file is shipped when the checkpoint stands in a later one."""
    base.write_bytes(b"one\n")
    old = end(base)
    rotated = base.rename(rotated_path(base))
    base.write_bytes(b"two\n")
    shipped(base, offset=0)
    assert not shipping_of().is_shipped(old)
    shipped(base, shipped_through=rotated.name.rpartition(".")[2])
    assert shipping_of().is_shipped(old)
    assert shipping_of().backlog_bytes() == 0


def test_a_truncated_file_is_not_taken_for_shipped(base, shipping_of):
    """The same inode with other content: flush() must not say True for records that nobody has sent."""
    base.write_bytes(b"a long first record\n")
    shipped(base)
    with base.open("r+b") as stream:
        stream.truncate()
    base.open("ab").close()
    assert shipping_of().backlog_bytes() == 0
    with base.open("ab") as stream:
        stream.write(b"new\n")
    assert not shipping_of().is_shipped(end(base))
    assert shipping_of().backlog_bytes() == 4


def test_a_new_file_that_got_the_old_inode_is_not_taken_for_shipped(base, shipping_of):
    """File systems give a freed inode to the next file."""
    base.write_bytes(b"a long first record\n")
    shipped(base)
    inode = base.stat().st_ino
    base.unlink()
    base.write_bytes(b"new\n")
    if base.stat().st_ino != inode:
        shipped(base, identity="0123456789abcdef", offset=100)
    assert not shipping_of().is_shipped(end(base))
    assert shipping_of().backlog_bytes() == 4


@pytest.mark.parametrize("obstacle", ["symlink", "no directory"])
def test_a_lock_that_cannot_be_had_is_no_running_shipper(base, shipping_of, obstacle, tmp_path):
    """``status()`` must not say "running" where nothing can run."""
    if obstacle == "symlink":
        companion(base, SHIPPER).symlink_to(tmp_path / "elsewhere")
        ours = shipping_of("http://127.0.0.1:1")
    else:
        ours = shipping_of("http://127.0.0.1:1")
        ours._base = tmp_path / "nowhere" / "server.log"
    assert ours.state() == "waiting"


def test_an_outage_is_told_in_three_lines(shipping_of, starts, base, capfd, monkeypatch):
    """Down, after a while still down, and back with a count: by the process that started the shipper, and once each."""
    ours = shipping_of("http://127.0.0.1:1")
    now = time.monotonic()
    ours.look_after(now)
    assert len(starts) == 1
    for later in (1, 2, 700, 800):
        Checkpoint(state="unreachable", error="refused", sent=5).save(base)
        ours.look_after(now + later)
    Checkpoint(state="sending", sent=12).save(base)
    ours.look_after(now + 900)
    ours.look_after(now + 901)
    down, still, back = capfd.readouterr().err.splitlines()
    assert "records wait" in down
    assert "refused" in down
    assert "still wait" in still
    assert "7 records" in back


def test_a_process_that_started_no_shipper_tells_no_outage(shipping_of, base, capfd):
    """Of sixteen workers, one tells."""
    Checkpoint(state="unreachable", error="refused").save(base)
    with JournalLock(companion(base, SHIPPER)) as lock:
        assert lock.acquire()
        shipping_of("http://127.0.0.1:1").look_after(time.monotonic())
    assert capfd.readouterr().err == ""
