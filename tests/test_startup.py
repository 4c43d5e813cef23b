"""Start-up: what a process loads before its first record, and that the rest can be loaded at any later moment."""

import ast
import signal
from pathlib import Path

import pytest

import logcorr
from tests.support.program import records, run_program

CONFIGURE = (
    "import logging, logcorr\nlogcorr.configure(console=False, otlp=False)\nlog = logging.getLogger('a')\n"
)

# Large, or somebody else's, and used by few: whoever needs one imports it.
UNUSED = """
grpc opentelemetry.sdk opentelemetry.proto opentelemetry.propagators google.protobuf
structlog loguru rich click celery kombu fastapi starlette uvicorn pydantic httpx requests aiohttp
asyncio concurrent concurrent.futures multiprocessing subprocess socket ssl select selectors http email
urllib.request importlib.metadata importlib.resources tomllib configparser argparse shlex gzip zlib bz2 lzma
tempfile shutil difflib hashlib secrets hmac pickle csv sqlite3 unittest pdb ctypes zoneinfo locale calendar
logcorr.cli logcorr.viewer logcorr.shipper logcorr.doctor logcorr.integrations logcorr.client logcorr.testing
logcorr.propagation.propagation logcorr.doors.structlog logcorr.doors.loguru logcorr.encoding.textline
""".split()

SHOW = "import sys; print(*sorted(sys.modules), sep='\\n')"

# The first record of the process, with all that masking may have to look for.
FAIL = """
secret = "hunter" + "2"  # not so in the source lines of the traceback
def fail(*ignored):
    try:
        raise ValueError(f"password={secret} of jane@example.org")
    except ValueError:
        log.exception("it failed", extra={"apiKey": secret, "card": "4111 1111 1111 1111"})
"""


@pytest.mark.parametrize("settings", ["", "console=False, otlp=False"])
def test_what_is_not_used_is_not_imported(settings, tmp_path):
    """To import and to configure loads no framework, no network, no SDK, and nothing else that is not used yet."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    done = run_program(f"import logcorr; logcorr.configure({settings})\n{SHOW}", tmp_path)
    loaded = set(done.stdout.split())
    assert "logcorr.pipeline" in loaded
    assert sorted(loaded.intersection(UNUSED)) == []


def test_shipping_is_loaded_where_something_is_shipped(tmp_path):
    """Without OTLP nothing of shipping is loaded."""
    for settings, expected in ("otlp=False", False), ("", True):
        done = run_program(f"import logcorr; logcorr.configure({settings})\n{SHOW}", tmp_path)
        assert ("logcorr.shipping" in done.stdout.split()) is expected


def late_imports():
    """What the functions that a record passes through import, with the file of each."""
    package = Path(logcorr.__file__).parent
    files = [package / name for name in ("pipeline.py", "context.py", "shipping.py", "diagnostics.py")]
    for folder in "masking", "encoding", "journal":
        files += (package / folder).glob("*.py")
    for file in files:
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import):
                        yield from ((alias.name, file.name) for alias in node.names)
                    elif isinstance(node, ast.ImportFrom):
                        yield from ((f"{node.module}.{alias.name}", file.name) for alias in node.names)


def test_nothing_is_imported_late_after_a_fork(tmp_path):
    """All that the first records may import is imported before a fork."""
    done = run_program(
        f"import os\n{CONFIGURE}\nif not os.fork():\n    {SHOW}\nelse:\n    os.wait()", tmp_path
    )
    loaded = set(done.stdout.split())
    missing = {
        (name, file)
        for name, file in late_imports()
        if name not in loaded and name.rpartition(".")[0] not in loaded
    }
    assert not missing


HALF_IMPORTED = f"""
import os, signal, sys, threading
{CONFIGURE}{FAIL}
begun, go_on = threading.Event(), threading.Event()
class Slow:
    def find_spec(self, name, path, target=None):
        if name == "logcorr.masking.detectors" and threading.current_thread() is thread:
            begun.set()
            assert go_on.wait(30)
sys.meta_path.insert(0, Slow())
os.register_at_fork(before=go_on.set)
thread = threading.Thread(target=fail)
thread.start()
begun.wait(30)
child = os.fork()
if not child:
    fail()
    os._exit(0)
thread.join()
signal.alarm(30)  # a child that hangs is no end of the test
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_fork_while_a_thread_imports(tmp_path):
    """A child made while a thread of its parent is in the middle of an import writes its records."""
    run_program(HALF_IMPORTED, tmp_path)
    assert len({record["pid"] for record in records(tmp_path)}) == 2


MOMENTS = {
    "a thread": "import threading\nthread = threading.Thread(target=fail); thread.start(); thread.join()",
    "a fork": "import os\nif not os.fork():\n    fail()\n    os._exit(0)\nos.wait()",
    "a signal handler": (
        "import signal\nsignal.signal(signal.SIGUSR1, fail)\nsignal.raise_signal(signal.SIGUSR1)"
    ),
    "exit": "import atexit\natexit.register(fail)",
    "exit, registered before": "",
    "a daemon thread at exit": (
        "import atexit, threading\ngo, done = threading.Event(), threading.Event()\n"
        "threading.Thread(target=lambda: (go.wait(), fail(), done.set()), daemon=True).start()\n"
        "atexit.register(lambda: (go.set(), done.wait(30)))"
    ),
    "a thread that outlives the main one": (
        "import threading\nmain = threading.main_thread()\n"
        "threading.Thread(target=lambda: (main.join(), fail())).start()"
    ),
    "another directory": "import os\nos.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\nfail()",
    "a changed path": "import os, sys\nos.chdir('/')\nsys.path[:] = [place for place in sys.path if place.startswith('/')]\nfail()",
    "a finalizer": "class Last:\n    __del__ = fail\nlast = Last(); last.itself = last; del last",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_first_record_may_come_at_any_moment(moment, tmp_path):
    """What is loaded for the first ERROR with an exception is found wherever that is made, and nothing is left out."""
    early = "import atexit\natexit.register(lambda: fail())\n" if moment == "exit, registered before" else ""
    done = run_program(early + CONFIGURE + FAIL + MOMENTS[moment], tmp_path)
    assert done.stderr == ""
    (record,) = records(tmp_path)
    assert record["exception"]["message"].startswith("password=[SECRET] of ")
    assert "jane" not in str(record)
    assert "hunter2" not in str(record)
    assert "mask_error" not in record
    assert "record_error" not in str(record)


def test_the_first_record_at_the_end_of_the_interpreter(tmp_path):
    """When nothing can be imported any more, the record is made without what could not be masked."""
    done = run_program(f"{CONFIGURE}{FAIL}class Last:\n    __del__ = fail\nlast = Last()", tmp_path)
    assert done.stderr == ""
    (record,) = records(tmp_path)
    assert (record["level"], record["exception"]["type"]) == ("ERROR", "ValueError")
    assert "jane" not in str(record)
    assert "hunter2" not in str(record)


@pytest.mark.parametrize("before", ["", "log.info('a record')", "fail()"])
@pytest.mark.parametrize("hook", ["", "import sys\nsys.excepthook = lambda *error: exec('1')\n"])
def test_ctrl_c_after_a_late_import(hook, before, tmp_path):
    """A program that Ctrl-C ends is ended by the signal, whatever was compiled on its way out."""
    code = f"{hook}{CONFIGURE}{FAIL}{before}\nraise KeyboardInterrupt('password=' + secret)"
    done = run_program(code, tmp_path, check=False)
    assert done.returncode == -signal.SIGINT
    assert "hunter2" not in done.stderr


WAIT = """
import sys
from logcorr.doors.on_import import when_imported
done = []
def wait(name, word):
    def act():
        done.append(word)
        return lambda: done.append("no " + word)
    return when_imported(name, act)
before = list(sys.meta_path)
undo = [wait("colorsys", "one"), wait("colorsys", "two"), wait("wave", "three")]
"""


def test_one_finder_waits_for_all(tmp_path):
    """Every import of the application asks each finder: there is one, however many modules are waited for."""
    run_program(f"{WAIT}{CONFIGURE}assert len(sys.meta_path) == len(before) + 1, sys.meta_path", tmp_path)


def test_what_waits_for_an_import_is_done_once(tmp_path):
    """Each waiting action is done when its module is loaded, not when it is looked for, and none that was undone."""
    code = f"""{WAIT}
import importlib.util
from importlib.machinery import SourceFileLoader
assert importlib.util.find_spec("colorsys") and done == []
undo[1]()
import colorsys
assert done == ["one"] and type(colorsys.__loader__) is SourceFileLoader is type(colorsys.__spec__.loader)
importlib.reload(colorsys)
wait("colorsys", "late")()
assert done == ["one", "late", "no late"]
undo[0]()
assert done[3:] == ["no one"]
undo[2]()
assert sys.meta_path == before and "wave" not in sys.modules
"""
    run_program(code, tmp_path)


def test_an_import_that_failed_may_be_tried_again(tmp_path):
    """A module that fails to load is waited for until it does not."""
    (tmp_path / "late.py").write_text(
        "import os\nif 'READY' not in os.environ:\n    raise OSError('not yet')\n"
    )
    code = """
import os
wait("late", "late")
for ready in ({}, {"READY": "1"}):
    os.environ.update(ready)
    try:
        import late
    except OSError:
        assert done == []
assert done == ["late"]
"""
    run_program(WAIT + code, tmp_path)
