"""The native core: the same lines as Python's (tests/test_pipeline_pieces.py), and what only C can do wrong."""

import gc
import inspect
import logging
import os
import random
import signal
import string
import sys
import threading
import uuid
from itertools import count
from types import SimpleNamespace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import logcorr
from logcorr import context, native
from logcorr import pipeline as pipelines
from logcorr._runtime import unconfigure
from logcorr.core import Core
from logcorr.diagnostics import Diagnostics
from logcorr.journal.writer import JournalWriter
from logcorr.masking import Masking
from logcorr.masking.glance import Plain
from logcorr.masking.plan import Plan
from logcorr.pipeline import Pipeline
from tests.support.program import run_program

FLOATS = [
    0.0, -0.0, 1.0, -1.5, 0.1, 0.1 + 0.2, 1 / 3, 1e-4, 9.999e-5, 1e-5, 1e-6, 123456789.123456, 999999999.999999, 1e9,
    1e14 + 0.5, 1e15, 1e16, 1e17, 1e22, 1e300, 5e-324, 2**53 + 0.0, 4503599627370497.5, float("nan"), float("inf"),
    1e11 - 0.1, 1e11, -1e11,
]  # fmt: skip
WHOLES = [
    0,
    1,
    -1,
    9,
    10,
    2**31,
    10**11 - 1,
    10**11,
    -(10**11),
    2**63 - 1,
    -(2**63),
    2**63,
    2**64 - 1,
    2**64,
    10**30,
]


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        self.lines.append(line)


class Twins:
    """One pipeline in C and one in Python, with the same numbers, at the same time."""

    def __init__(self, masking: Masking | None = Masking(), **settings) -> None:  # noqa: B008  frozen
        self.left_to_python = 0
        self.plans = [None if masking is None else Plan(masking) for _ in range(2)]
        self.sinks = [Kept(), Kept()]
        self.pipelines = [
            Pipeline("toygres", [sink], masking=plan, **settings)
            for sink, plan in zip(self.sinks, self.plans, strict=True)
        ]
        scope, otel = context.current_scope.__self__, context.current_otel.__self__

        def otherwise(*args, **options):
            self.left_to_python += 1
            return self.pipelines[0].emit(*args, **options)

        self.pipelines[0].divided = native.core.divided
        self.emit = native.core.Emitter(self.pipelines[0], otherwise, scope, otel, vars(pipelines))

    def same(self, level: int, message: str, fields: dict) -> bytes:
        """The line that both make."""
        ours = self.emit(level, "app", message, {**fields})
        assert ours == self.pipelines[1].emit(level, "app", message, {**fields})
        assert [sink.lines[-1] for sink in self.sinks] == [ours, ours]
        counts = [plan.counts for plan in self.plans if plan]
        assert not counts or counts[0] == counts[1]
        return ours


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that both of the twins read the same."""
    now = SimpleNamespace(ns=1_770_819_930_123_456_789)
    monkeypatch.setattr("logcorr.pipeline._now", lambda: now.ns)
    yield now
    unconfigure()


def test_it_is_built_and_used():
    logcorr.configure(file=False, otlp=False)
    assert logcorr.status().native


def test_it_can_be_left_out_and_taken_back(tmp_path):
    file = tmp_path / "j.log"
    for wanted in (False, True, False):
        logcorr.configure(file=file, otlp=False, console=False, native=wanted)
        assert logcorr.status().native is wanted
        logcorr.get_logger("app").info("here", wanted=wanted)
    records = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    assert [record["context"]["wanted"] for record in records if record["message"] == "here"] == [
        False,
        True,
        False,
    ]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))


def test_without_it_records_are_made_in_python(monkeypatch):
    monkeypatch.setattr(native, "core", None)
    pipeline = Pipeline("toygres")
    core = Core(pipeline, wanted=True)
    assert core.emit == pipeline.emit
    assert not core.is_native


OF_ANOTHER_VERSION = """
import sys
from logcorr import native
{asked}
assert native.core is None
import logcorr
logcorr.configure(file="j.log", otlp=False, console=False)
with logcorr.operation("work"):
    logcorr.bind(runId="r-1")
    logcorr.get_logger("app").info("made")
print(logcorr.status().native)
"""


@pytest.mark.parametrize(
    "asked",
    [
        'native.known(type("Scope", (), {"__slots__": ("kept", "epoch")}))',
        'native.known(type("Strange", (), {}))',
        "native.tell(strange=1)",
        'native.usual("strange")(print)',
        "from logcorr.scope import Scope; native.known(type('Work', (), {}))",
    ],
)
def test_a_core_that_was_built_for_another_version_does_nothing(asked, tmp_path):
    done = run_program(OF_ANOTHER_VERSION.format(asked=asked), tmp_path)
    assert done.stdout == "False\n"
    record = orjson.loads((tmp_path / "j.log").read_bytes().splitlines()[0])
    assert (record["message"], record["runId"], len(record["trace_id"])) == ("made", "r-1", 32)


def test_what_it_is_given_to_stand_for():
    scope, otel = context.current_scope.__self__, context.current_otel.__self__
    for args in [(), (object(), print, scope, otel, {}), (Pipeline("a"), print, scope, 5, {})]:
        with pytest.raises(TypeError):
            native.core.Emitter(*args)


@pytest.mark.parametrize("masking", [None, Masking()])
def test_usual_records_are_not_left_to_python(masking):
    twins = Twins(masking)
    for seq in range(100):
        twins.same(
            20, "order placed", {"orderId": "o-1", "n": seq, "paid": True, "note": None, "amount": 12.25}
        )
    assert twins.left_to_python == 1  # the first, when its names were not known


def test_fields_in_force_are_joined():
    twins = Twins()
    with logcorr.operation("work", closing_record=False, runId="r-1"), logcorr.bound(shop="s-7"):
        for seq in range(50):
            twins.same(20, "order placed", {"n": seq})
            twins.same(20, "order placed", {})
            line = twins.same(20, "order placed", {"shop": "another"})
        assert twins.left_to_python < 60  # those of a name that is in force
    assert orjson.loads(line)["context"] == {"shop": "another"}


@pytest.mark.parametrize("level", [10, 20])
def test_every_number(level):
    twins = Twins()
    rng = random.Random(7)
    drawn = [rng.uniform(-1, 1) * 10 ** rng.randint(-8, 20) for _ in range(2000)]
    rounded = [round(number, rng.randint(0, 8)) for number in drawn]
    for number in [*FLOATS, *WHOLES, *drawn, *rounded]:
        twins.same(level, "m", {"n": number})
    assert twins.left_to_python < 3000


@given(st.floats())
def test_any_float(number):
    TWINS.same(20, "m", {"n": number})


@given(st.text(), st.text(alphabet=string.printable), st.text(alphabet='aA0-_. ,:/="\\\x7f'))
def test_any_text(first, second, third):
    TWINS.same(20, "m", {"a": first, "b": second, "c": third})
    TWINS.same(10, third, {"a": third})


TWINS = Twins()


@pytest.mark.parametrize("level", [10, 20])
def test_every_character_and_length(level):
    twins = Twins()
    for code in range(0x180):
        twins.same(level, "m", {"a": f"x{chr(code)}y"})
    for size in range(300):
        twins.same(level, "m", {"a": "w" * size, "b": "word " * (size // 5)})


@pytest.mark.parametrize("bound", [{}, {"shop": "s-7"}])
def test_mappings_and_metrics(bound):
    twins = Twins()
    deep = {"a": {"b": {"c": {"d": 1}}}}
    given = [
        {"metrics": {"ms": 1.5}}, {"ms": {"metrics": {"ms": 1}}}, {"metrics": {}}, {"metrics": None}, {"metrics": 5},
        {"n": 1, "metrics": {"ms": 12.25, "rows": 7}}, {"metrics": {"ms": 12.25}, "n": 1}, {"metrics": {"ms": {"p": 1}}},
        {"span": {"name": "GET /", "kind": "server", "parent": None}}, {"span": {}}, {"span": {}, "metrics": {"ms": 2}},
        {"metrics": {"note": "two words"}}, {"metrics": {"ms": [1]}}, {"a": {"b": 1}}, {"a": {"b": {"c": 1}}}, deep,
        {"metrics": deep}, {"a": {5: 1}}, {"a": {"b": "password=hunter2"}}, {"metrics": {"ms": "token=hunter2"}},
    ]  # fmt: skip
    with logcorr.bound(**bound):
        for _ in range(5):
            for fields in given:
                twins.same(20, "m", fields)
        left = twins.left_to_python
        for ms in range(50):
            twins.same(
                20, "m", {"span": {"name": "GET", "parent": None}, "ms": ms, "metrics": {"ms": ms + 0.5}}
            )
        assert twins.left_to_python == left


def test_a_mapping_that_another_thread_changes():
    twins = Twins()
    span = {"n0": 1}
    stop = threading.Event()

    def changes() -> None:
        for number in count():
            if stop.is_set():
                return
            span[f"n{number % 50}"] = {"m": f"x: {number}"}
            span.pop(f"n{(number + 25) % 50}", None)

    names = {f"n{number}": {"m": "x"} for number in range(50)}
    for _ in range(3):
        twins.emit(20, "app", "m", {"span": dict(names)})
    thread = threading.Thread(target=changes)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(3000):
            orjson.loads(twins.emit(20, "app", "m", {"span": span}))
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)


BOUND = [
    {}, {"runId": "r-1"}, {"tenantId": "t", "runId": "r-1"}, {"runId": None, "shop": "s"}, {"runId": 5}, {"runId": "größe"},
    {"runId": "x" * 5000}, {"runId": "x" * 300}, {"runId": "two words"}, {"shop": "s-7", "n": 1.5, "none": 0}, {"runId": "password=x"},
    {"shop": "password=hunter2"}, {"shop": {"a": {"b": 1}}}, {"shop": [1]}, {"runId": str(uuid.UUID(int=5)), "shop": "two words"},
    {"metrics": {"a": 1}}, {"shop": {5: 6}}, {"planId": "p", "stepId": "s", "runId": "r", "tenantId": "t", "environmentId": "e"},
]  # fmt: skip


@pytest.mark.parametrize("masking", [None, Masking()])
def test_what_is_in_force(masking):
    twins = Twins(masking)
    for _ in range(3):
        for fields in BOUND:
            with logcorr.operation("work", closing_record=False, **fields):
                for level in (10, 20):
                    for own in ({}, {"n": 1}, {"shop": "own"}, {"runId": "own"}, {"metrics": {"ms": 1}}):
                        twins.same(level, "m", own)


def test_what_is_in_force_is_for_python_where_it_is_odd():
    plain = Plain(None, frozenset())
    assert native.core.divided({"runId": "r", "a": "b"}, ("runId",), plain) is None  # the name was never met
    plain.learn({"a": 1})
    assert native.core.divided({"runId": "r", "a": "b"}, ("runId",), plain) == (
        b',"runId":"r"',
        {"a": "b"},
        b'{"a":"b"}',
    )
    for odd in [(), ([], (), plain), ({}, [], plain), ({}, (), None)]:
        with pytest.raises(TypeError):
            native.core.divided(*odd)


@pytest.mark.parametrize("level", [10, 20])
def test_uuids_and_what_is_like_them(level):
    twins = Twins()
    one = "0af7651e-0000-4203-b7ad-6b7169203331"
    for at in range(36):
        for sign in "-0afAFgG ":
            twins.same(level, "m", {"id": one[:at] + sign + one[at + 1 :]})
    for size in range(34, 39):
        twins.same(level, "m", {"id": (one + "00")[:size]})
    left = twins.left_to_python
    for _ in range(100):
        twins.same(level, "m", {"id": str(uuid.uuid4())})
    assert twins.left_to_python == left


def test_names_that_need_escapes():
    twins = Twins()
    for name in ['a"b', "a\\b", "a b", "größe", "a\x7f", "", "x" * 5000]:
        for _ in range(3):
            twins.same(20, "m", {name: 1})


def test_secrets_are_masked_and_counted_once():
    twins = Twins()
    for seq in range(20):
        line = twins.same(20, f"password=hunter{seq}", {"a": f"token=ghp_{'a' * 30}{seq:06}"})
        assert b"hunter" not in line
        assert b"ghp_" not in line


@pytest.mark.parametrize("size", [3000, 3900, 3990, 4000, 4070, 4096, 5000, 140_000])
def test_long_records(size):
    twins = Twins(max_record_bytes=8192)
    for _ in range(3):
        assert len(twins.same(20, "m", {"text": "ab " * (size // 3)})) <= 8192
        assert len(twins.same(20, "m" * size, {"n": 1})) <= 8192
        twins.same(20, "m", {f"n{number}": number for number in range(size // 10)})


def test_the_clock_is_the_one_that_pythons_reads(clock):
    twins = Twins()
    for moved in (0, 999, 1000, 876_543_210, -1, -86_400 * 10**9, 1):
        clock.ns += moved
        twins.same(20, "m", {})


@pytest.mark.parametrize(
    "args",
    [
        (),
        (20,),
        (20, "a", "m"),
        ("20", "a", "m", {}),
        (20, 5, "m", {}),
        (20, "a", None, {}),
        (20, "a", "m", None),
    ],
)
def test_other_arguments_are_for_python(args):
    """What it says of them is said there, whatever they are."""
    twins = Twins()
    seen = []
    twins.emit = native.core.Emitter(
        twins.pipelines[0], lambda *given: seen.append(given),
        context.current_scope.__self__, context.current_otel.__self__, vars(pipelines),
    )  # fmt: skip
    twins.emit(*args)
    assert seen == [args]


@pytest.mark.parametrize("problem", [ValueError("full"), OSError(28, "No space left")])
def test_a_sink_that_fails_is_counted(problem):
    class Broken:
        def write(self, line: bytes) -> None:
            raise problem

    diagnostics, kept = Diagnostics(), Kept()
    pipeline = Pipeline("toygres", [Broken(), kept], diagnostics=diagnostics)
    emit = Core(pipeline, wanted=True).emit
    for _ in range(3):
        emit(20, "app", "m", {})
    assert dict(diagnostics.counts) == {"sink.Broken": 3}
    assert len(kept.lines) == 3


def test_what_is_no_exception_of_the_sink_is_raised():
    class Interrupted:
        def write(self, line: bytes) -> None:
            raise KeyboardInterrupt

    emit = Core(Pipeline("toygres", [Interrupted()]), wanted=True).emit
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            emit(20, "app", "m", {})


def test_a_masker_that_fails_or_is_interrupted(monkeypatch):
    plan = Plan(Masking())
    pipeline = Pipeline("toygres", masking=plan)
    emit = Core(pipeline, wanted=True).emit
    emit(20, "app", "m", {"a": "b"})
    plain = next(iter(pipeline._heads.values())).plain
    for problem in (ValueError, KeyboardInterrupt):

        def fails(text: str, problem=problem) -> bool:
            raise problem

        plain.is_plain = fails
        if problem is KeyboardInterrupt:
            with pytest.raises(KeyboardInterrupt):
                emit(20, "app", "m", {"a": "one: two"})
        else:
            record = orjson.loads(emit(20, "app", "m", {"a": "one: two"}))
            assert record["context"] == {"record_error": "ValueError"}


def journal(tmp_path, **settings) -> tuple[JournalWriter, Diagnostics]:
    diagnostics = Diagnostics()
    options = {"max_file_bytes": 10**8, "max_files": 3, "keep_unshipped": False, **settings}
    return JournalWriter([tmp_path / "j.log"], diagnostics, **options), diagnostics


def test_the_journal_is_checked_and_rotated(tmp_path):
    writer, _ = journal(tmp_path, max_file_bytes=65_536)
    checks = []
    writer.on_check = lambda: checks.append(writer.lines)
    emit = Core(Pipeline("toygres", [writer]), wanted=True).emit
    for seq in range(5000):
        emit(20, "app", "order placed", {"n": seq})
    assert writer.lines == 5000
    assert checks[0] == 0  # with the first line
    files = sorted(tmp_path.glob("j.log*"))
    assert len(files) >= 3
    seqs = sorted(orjson.loads(line)["seq"] for file in files for line in file.read_bytes().splitlines())
    assert seqs == list(range(seqs[0], 5001))


def test_a_full_disk_is_counted_and_outlived(tmp_path):
    writer, diagnostics = journal(tmp_path)
    emit = Core(Pipeline("toygres", [writer]), wanted=True).emit
    emit(20, "app", "m", {})
    kept, full = os.dup(writer._fd), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._fd)
    writer._check_at = writer._reopen_at = float("inf")
    for _ in range(3):
        emit(20, "app", "m", {})
    os.dup2(kept, writer._fd)
    emit(20, "app", "m", {})
    assert dict(diagnostics.counts) == {"journal.No space left on device": 3}
    assert writer.lines == 2
    for fd in (kept, full):
        os.close(fd)


def test_a_line_that_is_written_in_part_is_closed(tmp_path):
    """As a disk that becomes full leaves it: here a limit on the size of a file."""
    program = """
import os, resource, signal
from pathlib import Path
from tests.test_native import Core, Pipeline, journal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer, diagnostics = journal(Path.cwd())
emit = Core(Pipeline("toygres", [writer]), wanted=True).emit
emit(20, "app", "m", {})
writer._check_at = writer._reopen_at = float("inf")
size = os.path.getsize("j.log")
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, resource.RLIM_INFINITY))
emit(20, "app", "m", {})
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
emit(20, "app", "m", {})
print(dict(diagnostics.counts), writer.lines)
"""
    assert run_program(program, tmp_path).stdout == "{'journal.File too large': 1} 2\n"
    lines = (tmp_path / "j.log").read_bytes().splitlines()
    whole = [orjson.loads(line)["seq"] for line in lines if line.endswith(b"}")]
    assert whole == [1, 3]
    assert len(lines) == 3


def test_each_line_of_many_threads_is_whole_and_numbered_once(tmp_path):
    writer, _ = journal(tmp_path)
    emit = Core(Pipeline("toygres", [writer], masking=Plan(Masking())), wanted=True).emit
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def work(number: int) -> None:
        with logcorr.operation("work", closing_record=False, runId=f"r-{number}"):
            for each in range(2000):
                emit(20, "app", "order placed", {"thread": number, "n": each})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    records = [orjson.loads(line) for line in (tmp_path / "j.log").read_bytes().splitlines()]
    assert sorted(record["seq"] for record in records) == list(range(1, 16_001))
    assert writer.lines == 16_000
    assert all(record["runId"] == f"r-{record['context']['thread']}" for record in records)


def test_nothing_is_kept(tmp_path):
    writer, _ = journal(tmp_path)
    pipeline = Pipeline("toygres", [writer], masking=Plan(Masking()))
    emit = Core(pipeline, wanted=True).emit
    values = ["word", "two words", "größe", 12.25, 1 / 3, [1], {"a": 1}, 2**70, "a\nb", "x" * 5000]

    def some(rounds: int) -> None:
        for _ in range(rounds):
            for value in values:
                emit(20, "app", "order placed", {"a": value, "n": 77_777})
                emit(20, "app", f"order of {value}", {})
            emit(20, "app", "m", {"a": "b"}, ValueError("x"))

    some(200)
    gc.collect()
    shared = [writer, pipeline, emit, *values, *pipeline._heads.values(), pipeline._tail]
    counts, blocks = [sys.getrefcount(each) for each in shared], sys.getallocatedblocks()
    some(200)
    gc.collect()
    assert [sys.getrefcount(each) for each in shared] == counts
    assert sys.getallocatedblocks() - blocks < 500  # for 4,200 records


def test_a_pipeline_that_is_gone_is_collected():
    class Marked(Kept):
        alive = count()

        def __del__(self) -> None:
            next(Marked.alive)

    for _ in range(10):
        pipeline = Pipeline("toygres", [Marked()])
        Core(pipeline, wanted=True).emit(20, "app", "m", {})
        del pipeline
    gc.collect()
    assert next(Marked.alive) >= 10


def test_a_signal_in_the_midst_of_records(tmp_path):
    """A handler that makes records itself, again and again between any two steps."""
    writer, _ = journal(tmp_path)
    emit = Core(Pipeline("toygres", [writer], masking=Plan(Masking())), wanted=True).emit
    handled = count()

    def handler(*_) -> None:
        emit(20, "signal", "came", {"n": next(handled)})

    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        for seq in range(20_000):
            emit(20, "app", f"order {seq % 50}", {"n": seq})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    records = [orjson.loads(line) for line in (tmp_path / "j.log").read_bytes().splitlines()]
    assert len(records) == 20_000 + next(handled)
    assert sorted(record["seq"] for record in records) == list(range(1, len(records) + 1))


def test_the_doors_methods_look_like_functions():
    logcorr.configure(file=False, otlp=False)
    verb = logcorr.get_logger("app").bind().info
    assert verb.__name__ == "verb"
    assert list(inspect.signature(verb).parameters) == ["event", "args", "fields"]
    assert list(inspect.signature(logging.Logger._log).parameters)[:4] == ["logger", "level", "msg", "args"]


KEPT_AT_THE_DOORS = """
import gc, logging, sys
import logcorr

logcorr.configure(otlp=False, console=False)
standard, bound = logging.getLogger("app.kept"), logcorr.get_logger("app.kept").bind(shop="s-7")
fields, text = {"orderId": "o-1", "n": 77_777}, "order placed"

def some(rounds):
    for _ in range(rounds):
        standard.info(text, extra=fields)
        standard.info(text)
        standard.info("order %s", text, extra=fields)
        standard.info(text, extra={"color_message": "x"})
        standard.error(text, exc_info=ValueError("x"))
        standard.debug(text)
        bound.info(text, **fields)
        bound.info(text)
        bound.info(text, exc_info=ValueError("x"))
        bound.debug(text)

some(100)
gc.collect()
shared = [standard, bound, fields, text, standard.name, logging._levelToName[20], type(bound).__dict__["info"]]
counts, blocks = [sys.getrefcount(each) for each in shared], sys.getallocatedblocks()
some(300)
gc.collect()
assert [sys.getrefcount(each) for each in shared] == counts, counts
print(sys.getallocatedblocks() - blocks, logcorr.status().records)
"""


def test_nothing_is_kept_at_the_doors(tmp_path):
    more, lines = map(int, run_program(KEPT_AT_THE_DOORS, tmp_path).stdout.split())
    assert more < 500
    assert lines == 400 * 8


@pytest.mark.parametrize("native_", [True, False])
def test_a_clock_that_is_interrupted_is_not_asked_again(monkeypatch, native_):
    asked = count()

    def interrupted() -> int:
        next(asked)
        raise KeyboardInterrupt

    emit = Core(Pipeline("toygres"), wanted=native_).emit
    emit(20, "app", "m", {})
    monkeypatch.setattr("logcorr.pipeline._now", interrupted)
    with pytest.raises(KeyboardInterrupt):
        emit(20, "app", "m", {})
    assert next(asked) == 1


WITHIN = """
import threading
import logcorr

def deep() -> None:
    logcorr.get_logger("app").info("first", n=1)
    for number in range(20_000):
        entered.append(logcorr.operation("work", closing_record=False))
        entered[-1].__enter__()
    logcorr.bind(shop="s-7")
    try:
        for _ in range(3):
            logcorr.get_logger("app").info("made", n=1)
        made = logcorr.current()["shop"]
    except RecursionError:
        made = "as deep as Python goes"
    print(made)

entered = []
logcorr.configure(otlp=False, console=False, file="j.log")
threading.stack_size(256 * 1024)
thread = threading.Thread(target=deep)
thread.start()
thread.join()
import os
os._exit(0)
"""


def test_work_within_work_is_as_deep_as_python_goes(tmp_path):
    assert "deep" in run_program(WITHIN, tmp_path).stdout


def test_a_class_that_is_not_as_it_is_known_leaves_what_is_known_alone(tmp_path):
    """The slots of one class are learnt all at once, or none of them."""
    program = """
from logcorr import native
import logcorr
logcorr.configure(otlp=False, console=False, file="j.log")
core = native.core
with logcorr.operation("work", runId="r-1"):
    for names in (("_own",), ("epoch", "_own", "shared", "kept")):
        try:
            core.know(type("Scope", (), {"__slots__": names}))
        except TypeError:
            pass
    logcorr.get_logger("app").info("made")
    logcorr.bind(a=1)
    print(logcorr.current()["runId"])
"""
    assert run_program(program, tmp_path).stdout == "r-1\n"
