"""Frames: what was put together once is never said of other code, and does not pile up."""

import gc
import importlib
import linecache
import os
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import orjson
import pytest

from logcorr.encoding import frames
from logcorr.encoding.exceptions import describe
from logcorr.encoding.jsonline import dumps


def compiled(file: str, line: str, *, known: bool = True) -> CodeType:
    """The code of *file*, which says *line* alone; where it is *known*, linecache has it from now on."""
    if known:
        linecache.cache[file] = (len(line), None, [f"{line}\n"], file)
    return compile(line, file, "exec")


def run(code: CodeType, namespace: dict[str, Any] | None = None) -> None:
    exec(code, namespace or {})  # noqa: S102  code that is in no module


def failed(raiser: Callable[[], Any]) -> dict[str, Any]:
    """What is said of the exception that *raiser* raises."""
    try:
        raiser()
    except Exception as error:
        return describe(error)
    raise AssertionError("nothing was raised")


def told(code: CodeType, namespace: dict[str, Any] | None = None) -> str:
    """The end of the traceback of *code*: the line that raised, and what it raised."""
    described = failed(lambda: run(code, namespace))
    return described["stacktrace"].partition(code.co_filename)[2]


@pytest.fixture
def file() -> Any:
    """The name of a file that is on no disk."""
    yield "<a cell>"
    linecache.cache.pop("<a cell>", None)


def test_code_of_one_name_has_its_own_line(file: str) -> None:
    """Of two pieces of code with the same file, line and name each is shown with its own source, in any order."""
    first = compiled(file, "1 / 0")
    assert "    1 / 0\n" in told(first)
    second = compiled(file, "[][5]")
    assert "    [][5]\n" in told(second)
    assert "    1 / 0\n" in told(first)
    assert "    [][5]\n" in told(second)


def test_equal_code_has_its_own_file() -> None:
    """Code of two files that is equal to Python is shown in the file that it is from."""
    one, other = compile("1 / 0", "/one.py", "exec"), compile("1 / 0", "/other.py", "exec")
    assert one == other
    for code in (one, other, one):
        assert failed(lambda code=code: run(code))["frames"][-1]["file"] == code.co_filename


def test_code_that_takes_the_place_of_other_code_in_memory(file: str) -> None:
    """Code is told from code that has gone, though it may have its identity."""
    identities = set()
    for number in range(300):
        code = compiled(file, f"[][{number}]")
        identities.add(id(code))
        assert f"    [][{number}]\n" in told(code)
        del code
    assert len(identities) < 300


def test_a_module_that_is_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New code shows the new file; a function from before shows the line that it was made of."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / "loaded_again.py"
    path.write_text("def fail():\n    raise ValueError('before')\n")
    module = importlib.import_module("loaded_again")
    before = module.fail
    assert "raise ValueError('before')\n" in failed(before)["stacktrace"]
    path.write_text("def fail():\n    raise ValueError('afterwards')\n")
    os.utime(path, (1, 1))
    importlib.reload(module)
    assert "raise ValueError('afterwards')\n" in failed(module.fail)["stacktrace"]
    assert "raise ValueError('before')\n" in failed(before)["stacktrace"]
    del sys.modules["loaded_again"]


def test_a_file_that_changes_under_running_code(tmp_path: Path) -> None:
    """The line is the one that was there when the code first failed."""
    path = tmp_path / "changing.py"
    path.write_text("1 / 0\n")
    code = compile(path.read_text(), str(path), "exec")
    assert "    1 / 0\n" in told(code)
    path.write_text("# a line of another version\n")
    linecache.checkcache()
    assert "    1 / 0\n" in told(code)


def test_source_that_is_known_later_is_shown(file: str) -> None:
    """Code without source is shown with it as soon as linecache has it, and is not looked for on the disk each time."""
    code = compiled(file, "1 / 0", known=False)
    assert "    1 / 0" not in told(code)
    compiled(file, "1 / 0")
    assert "    1 / 0\n" in told(code)


def test_source_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of code that was met before are not asked for, whether it has source or none."""
    without, with_source = compile("1 / 0", "/nowhere/at_all.pyx", "exec"), lambda: {}[5]
    first = told(without), failed(with_source)
    asked: list[object] = []
    monkeypatch.setattr(linecache, "updatecache", lambda *arguments: asked.append(arguments) or [])
    monkeypatch.setattr(linecache, "checkcache", asked.append)
    for _ in range(3):
        assert told(without) == first[0]
        assert failed(with_source)["stacktrace"] == first[1]["stacktrace"]
    assert asked == []


class Failing:
    """A loader that cannot give its source."""

    def get_source(self, name: str) -> str:
        raise RuntimeError(name)


def test_a_loader_that_fails() -> None:
    """Where the source cannot be had the frame is told without it."""
    code = compile("1 / 0", "/nowhere/module.py", "exec")
    namespace = {"__name__": "module", "__loader__": Failing()}
    assert told(code, namespace) == '", line 1, in <module>\nZeroDivisionError: division by zero\n'


def test_code_is_not_kept_alive(file: str) -> None:
    """What is known of code does not keep it in memory."""
    code = compiled(file, "1 / 0")
    told(code)
    reference = weakref.ref(code)
    del code
    gc.collect()
    assert reference() is None


def test_what_is_known_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pieces of code have failed, and however long their lines, only so much is remembered."""
    monkeypatch.setattr(linecache, "checkcache", lambda _: None)
    codes = [compile(f"\n\n[][{number}]", "<many>", "exec") for number in range(frames._MAX_KNOWN + 100)]
    most = 0
    for code in codes:
        told(code)
        most = max(most, len(frames._known))
    assert 100 <= most <= frames._MAX_KNOWN
    long = "[][5]  # " + "x" * 2_000
    size = len(frames._known)
    code = compiled("<long>", long)
    assert f"    {long}\n" in told(code)
    assert not any(known.code() is code for known in frames._known.values())
    assert len(frames._known) <= size + 2
    del linecache.cache["<long>"]


def through(*codes: CodeType) -> frames.Frames:
    """The frames of a traceback through all *codes*, of which each but the last one says ``inner()``."""
    following = iter(codes)

    def inner() -> None:
        run(next(following), {"inner": inner})

    found: frames.Frames = failed(inner)["frames"]
    return found


def test_known_tracebacks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many tracebacks there are, only so many are remembered, and none that is long or was cut."""
    monkeypatch.setattr(frames, "_MAX_TRACES", 20)
    frames._traces.clear()
    calls = compile("inner()", "<calls>", "exec")
    ends = [compile("1 / 0", f"<end {number}>", "exec") for number in range(50)]
    for depth in range(3):
        for end in ends:
            files = [frame["file"] for frame in through(*[calls] * depth, end)]
            assert [file for file in files if file in ("<calls>", end.co_filename)] == (
                ["<calls>"] * depth + [end.co_filename]
            )
            assert 1 <= len(frames._traces) <= 20
    frames._traces.clear()
    long = compile("1 / 0", "/" + "long" * 300, "exec")
    many = [compile("inner()", "/" + "long" * 50 + str(number), "exec") for number in range(30)]
    for way in ([long], [*many, ends[0]], [calls] * 60 + ends[:1]):
        for _ in range(2):
            assert through(*way)[-1]["file"] == way[-1].co_filename
    assert not frames._traces


def test_a_traceback_that_is_known_is_the_same_object() -> None:
    """What is put together once is used for all records of one traceback, with the source and the JSON of its frames."""
    calls, end = compile("inner()", "<calls>", "exec"), compile("1 / 0", "<end>", "exec")
    first = through(calls, end)
    assert through(calls, end) is first
    assert through(end) is not first
    assert orjson.dumps(first.json) == dumps(first)
    assert len(first.texts) == len(first)


def test_tracebacks_are_forgotten_when_code_goes(file: str) -> None:
    """A traceback is not said of other code that has the identity of code which has gone, wherever that stood in it."""
    end = compile("1 / 0", "<end>", "exec")
    for number in range(30):
        calls = compiled(file, f"inner()  # {number}")
        assert f"    inner()  # {number}\n" in "".join(through(calls, end).texts)
        frames._known.clear()  # as happens when it is full
        reference = weakref.ref(calls)
        del calls
        gc.collect()
        assert reference() is None
        assert not frames._traces


def test_code_without_lines() -> None:
    """A frame whose line nobody knows is on line 0, each time."""
    code = compile("1 / 0", "<no lines>", "exec").replace(co_linetable=b"")
    for _ in range(2):
        described = failed(lambda: run(code))
        assert described["frames"][-1] == {"file": "<no lines>", "line": 0, "function": "<module>"}
        assert '  File "<no lines>", line 0, in <module>\nZeroDivisionError' in described["stacktrace"]


def test_threads_see_their_own_lines() -> None:
    """Threads whose code fails at the same time, and goes at once, are each shown their own lines."""
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(300):
            line = f"[][{number * 1_000 + turn}]"
            code = compiled(f"<thread {number}>", line)
            for _ in range(2):
                if f"    {line}\n" not in (text := told(code)):
                    wrong.append(text)
        del linecache.cache[f"<thread {number}>"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
