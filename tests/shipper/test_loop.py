"""The loop against a scripted collector: what it sends, counts and stores for every kind of answer."""

import json
import threading

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logcorr.config import Settings
from logcorr.diagnostics import Diagnostics
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import rotated_files, rotated_path, rotation_stamp
from logcorr.journal.reader import Follower
from logcorr.shipper import loop as loop_module
from logcorr.shipper.encoder import Encoder
from logcorr.shipper.loop import Loop
from logcorr.shipper.transport import Answer, Verdict

TAKEN = Answer(Verdict.TAKEN)
LATER = Answer(Verdict.LATER, message="UNAVAILABLE: gone")
REFUSED = Answer(Verdict.REFUSED, message="INVALID_ARGUMENT: poison")


def line_of(seq, message="m", size=0):
    record = {
        "timestamp": "2026-02-11T14:25:30.000000Z",
        "level": "INFO",
        "component": "c",
        "message": message,
    }
    return (
        json.dumps({**record, "context": {"pad": "x" * size}, "service": "s", "pid": 1, "seq": seq}).encode()
        + b"\n"
    )


class Collector:
    """A transport that answers as told: a function of the sequence numbers in a request."""

    def __init__(self, answer):
        self.requests = []
        self.closed = False
        self.sizes = []
        self._answer = answer

    def send(self, payload):
        request = ExportLogsServiceRequest.FromString(payload)
        bodies = [
            json.loads(record.body.string_value)["seq"]
            for group in request.resource_logs
            for scope in group.scope_logs
            for record in scope.log_records
        ]
        self.requests.append(bodies)
        self.sizes.append(len(payload))
        return self._answer(bodies)

    def close(self):
        self.closed = True

    @property
    def sent(self):
        return [seq for request in self.requests for seq in request]


@pytest.fixture
def base(tmp_path):
    return tmp_path / "server.log"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Pauses that do not slow the tests."""
    for name, value in {
        "POLL_S": 0.005,
        "LOOK_INTERVAL_S": 0.01,
        "FIRST_RETRY_S": 0.002,
        "LONGEST_RETRY_S": 0.004,
    }.items():
        monkeypatch.setattr(loop_module, name, value)


@pytest.fixture
def ship(base):
    """Ships the journal until nothing is left to do; gives the collector and the checkpoint."""

    def ship(answer, *, stays=False, diagnostics=None, tell=None, **settings):
        collector = Collector(answer) if not isinstance(answer, Collector) else answer
        reached = Checkpoint.load(base) or Checkpoint()
        start = (reached.identity, reached.offset) if reached.identity else None
        follower = Follower(base, start, settle_s=0)
        encoder = Encoder(Settings.load(settings, environ={}, directory=base.parent))
        loop = Loop(base, follower, encoder, collector, reached, diagnostics, stays=stays, tell=tell)
        collector.loop = loop
        loop.run()
        follower.close()
        return collector, Checkpoint.load(base) or Checkpoint()

    return ship


def script(*answers):
    """Each answer once, then everything is taken."""
    left = list(answers)
    return lambda bodies: left.pop(0) if left else TAKEN


def poisoned(*poison):
    """Refuses every request that holds one of the poison records."""
    return lambda bodies: REFUSED if set(bodies) & set(poison) else TAKEN


def test_everything_is_sent_once_and_the_place_is_stored(base, ship):
    """The loop ends when nobody writes and nothing is left, and has closed the transport."""
    base.write_bytes(b"".join(map(line_of, range(100))))
    collector, checkpoint = ship(script())
    assert collector.sent == list(range(100))
    assert collector.closed
    assert (checkpoint.sent, checkpoint.rejected, checkpoint.offset) == (100, 0, base.stat().st_size)
    assert checkpoint.inode == base.stat().st_ino
    assert ship(script())[0].requests == []


def test_what_cannot_be_taken_now_is_sent_again(base, ship):
    """The same request, until it is taken; nothing is skipped, nothing is counted as rejected."""
    base.write_bytes(line_of(1) + line_of(2))
    collector, checkpoint = ship(script(LATER, LATER, LATER))
    assert collector.requests == [[1, 2]] * 4
    assert (checkpoint.sent, checkpoint.rejected, checkpoint.error) == (2, 0, "")


def test_while_the_collector_is_away_the_checkpoint_says_so(base, ship):
    """State and error are there for ``status()``, the place stays where it was."""
    base.write_bytes(line_of(1))
    seen = []

    def answer(bodies):
        seen.append(Checkpoint.load(base))
        return LATER if len(seen) < 3 else TAKEN

    _, checkpoint = ship(answer)
    assert (seen[0].state, seen[0].offset) == ("sending", 0)
    assert (seen[2].state, seen[2].error, seen[2].offset) == ("unreachable", "UNAVAILABLE: gone", 0)
    assert checkpoint.state == "idle"


def test_it_gives_up_after_a_while_and_keeps_the_backlog(base, ship, monkeypatch):
    """The process ends; the next one sends everything."""
    monkeypatch.setattr(loop_module, "GIVE_UP_S", 0.02)
    base.write_bytes(line_of(1))
    _, checkpoint = ship(lambda bodies: LATER)
    assert (checkpoint.sent, checkpoint.offset) == (0, 0)
    assert ship(script())[0].sent == [1]


def test_a_shipper_in_the_foreground_never_gives_up(base, ship, monkeypatch):
    """It ends when it is told to, also while it waits."""
    monkeypatch.setattr(loop_module, "GIVE_UP_S", 0.0)
    base.write_bytes(line_of(1))

    def answer(bodies):
        if len(collector.requests) == 20:
            collector.loop.stop()
        return LATER

    collector = Collector(answer)
    ship(collector, stays=True)
    assert len(collector.requests) == 20


@pytest.mark.parametrize("retry_after", [0.0, 0.001])
def test_a_server_that_says_try_again_at_once_is_not_flooded(base, ship, retry_after, monkeypatch):
    """Retry-After is a lower bound: the pause still grows."""
    monkeypatch.setattr(loop_module, "FIRST_RETRY_S", 0.1)
    monkeypatch.setattr(loop_module, "LONGEST_RETRY_S", 0.1)
    base.write_bytes(line_of(1))
    pauses = []
    monkeypatch.setattr(loop_module.time, "sleep", pauses.append)
    busy = Answer(Verdict.LATER, message="429", retry_after_s=retry_after)
    ship(script(*[busy] * 20))
    assert sum(pauses) > 0.1


@pytest.mark.parametrize("poison", [[0], [99], [50], [3, 4, 77], list(range(0, 100, 10))])
def test_only_poison_records_are_refused(base, ship, poison):
    """A refused request is halved until the record alone stands there; the others are taken once, in order."""
    base.write_bytes(b"".join(map(line_of, range(100))))
    collector, checkpoint = ship(poisoned(*poison))
    taken = [seq for request in collector.requests if not set(request) & set(poison) for seq in request]
    assert taken == [seq for seq in range(100) if seq not in poison]
    assert (checkpoint.sent, checkpoint.rejected) == (100 - len(poison), len(poison))
    assert checkpoint.error == "INVALID_ARGUMENT: poison"
    assert checkpoint.offset == base.stat().st_size


def test_an_unreadable_line_is_counted_once(base, ship):
    """However often its request is halved for the sake of a neighbour."""
    base.write_bytes(line_of(1) + b"fragment\n" + b"".join(map(line_of, range(2, 50))))
    _, checkpoint = ship(poisoned(30))
    assert (checkpoint.sent, checkpoint.rejected) == (48, 2)


def test_a_journal_of_unreadable_lines_is_passed_over(base, ship):
    """An empty request is never sent: receivers refuse it."""
    base.write_bytes(b"one\n\ntwo\n")
    collector, checkpoint = ship(script())
    assert collector.requests == []
    assert (checkpoint.sent, checkpoint.rejected, checkpoint.offset) == (0, 2, 9)


def test_partial_success_is_counted(base, ship, capfd):
    """What the server says it rejected of a request that it took."""
    base.write_bytes(b"".join(map(line_of, range(10))))
    _, checkpoint = ship(script(Answer(Verdict.TAKEN, 3, "3 too old")), diagnostics=Diagnostics())
    assert (checkpoint.sent, checkpoint.rejected, checkpoint.error) == (7, 3, "3 too old")
    assert "refused 3 records: 3 too old" in capfd.readouterr().err


def test_requests_keep_below_what_receivers_take(base, ship):
    """4 MiB, also for Loki, which copies the resource to each record: many short records are no exception."""
    resource = {f"key{number}": "v" * 100 for number in range(20)}
    per_record = sum(len(key) + len(value) for key, value in resource.items()) + 300
    base.write_bytes(
        b"".join(line_of(seq) for seq in range(6000))
        + b"".join(line_of(seq, size=9000) for seq in range(300))
    )
    collector, checkpoint = ship(script(), resource=resource)
    assert checkpoint.sent == 6300
    for size, request in zip(collector.sizes, collector.requests, strict=True):
        assert size + per_record * len(request) < 4_194_304


def test_rotated_files_are_noted_as_shipped_when_they_are(base, ship):
    """Retention may remove what lies before the file that the checkpoint stands in, and no more."""
    for seq in range(3):
        base.write_bytes(line_of(seq))
        base.rename(rotated_path(base))
    base.write_bytes(line_of(3))
    seen = []

    def answer(bodies):
        seen.append((Checkpoint.load(base) or Checkpoint()).shipped_through)
        return TAKEN

    _, checkpoint = ship(answer)
    stamps = [rotation_stamp(path) for path in rotated_files(base)]
    assert seen == ["", "", stamps[0], stamps[1]]
    assert checkpoint.shipped_through == stamps[2]


def test_it_ends_when_the_directory_is_gone(base, ship, tmp_path):
    """A journal that was removed with its directory is no reason to stay for ever."""
    elsewhere = tmp_path / "elsewhere"
    base.write_bytes(line_of(1))

    def answer(bodies):
        base.rename(elsewhere)
        for path in base.parent.glob(".server.log.*"):
            path.unlink()
        base.parent.rename(f"{base.parent}-moved")
        return TAKEN

    collector = Collector(answer)
    runner = threading.Thread(target=ship, args=(collector,), daemon=True)
    runner.start()
    runner.join(10)
    ended = not runner.is_alive()
    collector.loop.stop()
    runner.join()
    assert ended


def test_a_checkpoint_that_could_not_be_stored_is_stored_later(base, ship, monkeypatch):
    """A full disk must not make the same records be sent again after it has healed."""
    base.write_bytes(line_of(1))
    save, failures = Checkpoint.save, []

    def failing(self, path):
        if len(failures) < 5:
            failures.append(path)
            raise OSError(28, "No space left on device")
        save(self, path)
        collector.loop.stop()

    monkeypatch.setattr(Checkpoint, "save", failing)
    collector = Collector(script())
    _, checkpoint = ship(collector, stays=True)
    assert checkpoint.offset == base.stat().st_size
