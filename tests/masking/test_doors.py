"""A planted secret, logged through every door of a process that then crashes: no byte that it leaves behind holds it."""

import threading
from pathlib import Path

import pytest

from logcorr.doors import uncaught
from tests.masking.made import EMAIL
from tests.support.program import journal, records, run_program

PLANTED = "pLaNt3dS3cr3tV4lue"
PROGRAM = """
import asyncio, gc, json, logging, logging.config, os, sys, threading, warnings
import logcorr
logcorr.configure(console=sys.argv[1], level="debug", otlp=False, service="toygres")
import loguru, structlog
secret = os.environ["PLANTED"]
text = f"password={secret}"
fields = {
    "password": secret, "headers": {"Authorization": f"Bearer {secret}", "Cookie": f"sid={secret}"}, "nested": [{"api_key": secret}],
    "url": f"https://me:{secret}@h/p?token={secret}", "body": json.dumps({"password": secret}), "raw": text.encode(),
    "argv": ["run", "--password", secret], "metrics": {"password": secret}, "tenantId": text,
}

def failed():
    try:
        try:
            raise KeyError(text)
        except KeyError as cause:
            error = ExceptionGroup(text, [ValueError(text)])
            error.add_note(text)
            raise error from cause
    except Exception as error:
        return error

log = logging.getLogger("app")
for level in (5, 10, 20, 30, 40, 50):
    log.log(level, text, extra=fields)
    log.log(level, "token=%s", secret)
    log.log(level, "login %(password)s of %(user)s", {"password": secret, "user": "ann"})
    log.log(level, "given %s", {"password": secret})
    log.log(level, "too %s %s few", text)
    log.log(level, "no number: %d", text)
    log.log(level, text, exc_info=failed(), stack_info=True)
    loguru.logger.log("DEBUG" if level < 20 else "ERROR", text)
for name in ("uvicorn.access", "uvicorn.error", "gunicorn.access", "celery.app.trace", "asyncio"):
    logging.getLogger(name).warning('%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", f"/p?token={secret}", "1.1", 200)
struct = logcorr.get_logger("struct")
struct.info(text, **fields)
struct.bind(api_key=secret).warning("bound")
struct.error("login %(password)s", {"password": secret})
try:
    raise failed()
except Exception:
    struct.exception("failed")
    loguru.logger.exception(text)
    log.exception(text)
loguru.logger.bind(**fields).info("bound")
loguru.logger.info("login {password}", password=secret)
loguru.logger.opt(exception=failed()).error("failed")
with logcorr.bound(api_key=secret, tenantId=text), logcorr.operation("work", password=secret):
    log.info("inside")
warnings.warn(text)

@logcorr.instrument
def call(password, url):
    return {"token": password}

logging.getLogger("__main__").setLevel("DEBUG")
call(secret, url=fields["url"])

def work():
    raise RuntimeError(text)

thread = threading.Thread(target=work)
thread.start()
thread.join()

async def task():
    raise RuntimeError(text)

async def main():
    lost = asyncio.ensure_future(task())
    await asyncio.wait([lost])

asyncio.run(main())
gc.collect()

class Bad:
    def __repr__(self):
        return f"<Bad {text}>"

    def __del__(self):
        raise RuntimeError(text)

Bad()
handler = logging.StreamHandler(open("handler.log", "w"))
handler.setFormatter(logcorr.JsonFormatter())
own = logging.getLogger("own")
own.addHandler(handler)
own.error(text, extra=fields, exc_info=failed())
status = logcorr.status()
print(status.masked["SECRET"] > 100, status.mask_errors, flush=True)
raise failed()
"""


def bytes_left(home: Path) -> dict[Path, bytes]:
    """Every file in *home* but the program itself."""
    return {
        path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != "program.py"
    }


@pytest.mark.parametrize("console", ["json", "text"])
def test_nothing_left_behind_holds_the_secret(console: str, tmp_path: Path) -> None:
    """Files, standard output, standard error: through every door, at every level, in every place."""
    done = run_program(
        PROGRAM, tmp_path, console, env={"PLANTED": PLANTED, "PYTHONWARNINGS": "always"}, check=False
    )
    assert done.returncode == 1
    left = bytes_left(tmp_path)
    assert journal(tmp_path) in left
    holding = {
        path: content.index(PLANTED.encode()) for path, content in left.items() if PLANTED.encode() in content
    }
    assert holding == {}
    for printed in (done.stdout, done.stderr):
        where = printed.find(PLANTED)
        assert where < 0, printed[max(where - 300, 0) : where + 60]
    assert "True 0" in done.stdout
    found = records(tmp_path)
    components = {record["component"] for record in found}
    assert {
        "app", "uvicorn.access", "gunicorn.access", "celery.app.trace", "struct", "__main__", "py.warnings", "logcorr.operation",
        "threading.excepthook", "sys.excepthook", "sys.unraisablehook", "asyncio", "own",
    } <= components  # fmt: skip
    assert len(found) > 60
    login = [record["message"] for record in found if record["message"].startswith("login")]
    assert set(login) == {"login [SECRET] of ann", "login [SECRET]"}


def test_the_traceback_is_still_printed(tmp_path: Path) -> None:
    """Who sits at a terminal sees the traceback of a crash as ever, without what masking takes out."""
    crash = f"""
import logcorr, sys
logcorr.configure(console=False, otlp=False)
words = "plain words" if len(sys.argv) < 2 else "password=" + sys.argv[1] + " of {EMAIL}"
def inner():
    raise ValueError(words)
inner()
"""
    plain = run_program(crash, tmp_path / "plain", check=False).stderr
    bare = run_program(crash.replace("logcorr.configure", "dict"), tmp_path / "bare", check=False).stderr
    assert plain.replace("/plain/", "/") == bare.replace("/bare/", "/")
    assert plain.endswith("ValueError: plain words\n")
    masked = run_program(crash, tmp_path / "masked", PLANTED, check=False).stderr
    assert masked.startswith("Traceback (most recent call last):\n")
    assert "in inner\n" in masked
    assert masked.rstrip().endswith("ValueError: password=[SECRET] of [EMAIL]")
    assert PLANTED not in masked


def test_hooks_of_others_get_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook that the application has set is given the exception itself: what it does with it is its own."""
    seen: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_value))
    uninstall = uncaught.install(lambda *_, **__: None, lambda _: "masked")
    try:
        error = ValueError("password=x")
        thread = threading.Thread(target=lambda: (_ for _ in ()).throw(error))
        thread.start()
        thread.join()
    finally:
        uninstall()
    assert seen == [error]


def test_standard_error_of_logcorr_itself(tmp_path: Path) -> None:
    """What logcorr tells of its own troubles quotes no secret of the application's."""
    program = f"""
import logging, logcorr
from logcorr import _runtime
class Failing:
    def write(self, *_):
        raise OSError("no route to postgres://me:{PLANTED}@h/db")
logcorr.configure(console=False, otlp=False)
pipeline = _runtime.runtime().pipeline
pipeline.sinks = (*pipeline.sinks, Failing())
logging.getLogger("app").error("m")
"""
    done = run_program(program, tmp_path)
    assert "Failing failed" in done.stderr
    assert PLANTED not in done.stderr
    assert "postgres://[USER]:[SECRET]@h/db" in done.stderr


CANARY = """
import logging, os, sys, logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("app")
log.info("password=%s", os.environ["LOGCORR_MASK_CANARY"])
print(logcorr.status().problems.get("mask_canary"))
with logcorr.bound(note=os.environ["LOGCORR_MASK_CANARY"]):
    log.info("a word that is in no rule")
log.info("the words %s", os.environ["LOGCORR_MASK_CANARY"])
print(logcorr.status().problems.get("mask_canary"))
"""


@pytest.mark.parametrize("canary", ["canary-0123456789", 'c4n4ry"quoted\\\\ünicode'])
def test_a_canary_that_was_written_is_told(canary: str, tmp_path: Path) -> None:
    """A fake secret that reaches a sink all the same is counted, said on standard error, and an ERROR record."""
    done = run_program(CANARY, tmp_path, env={"LOGCORR_MASK_CANARY": canary})
    assert done.stdout.split() == ["None", "2"]
    assert "masking has failed" in done.stderr
    told = [record for record in records(tmp_path) if record["component"] == "logcorr.masking"]
    assert [record["level"] for record in told] == ["ERROR", "ERROR"]


@pytest.mark.parametrize("canary", ["short", "", "a\nb" * 5])
def test_canaries_that_are_none(canary: str, tmp_path: Path) -> None:
    """One that other texts may hold is refused."""
    program = f"import logcorr\ntry:\n    logcorr.configure(mask_canary={canary!r})\nexcept logcorr.ConfigError as error:\n    print(error)"
    assert "at least 8" in run_program(program, tmp_path).stdout


def test_a_forked_child_counts_from_zero(tmp_path: Path) -> None:
    """Status is that of the process; settings given anew go on counting."""
    program = """
import logging, os, logcorr
logcorr.configure(console=False, otlp=False)
log = logging.getLogger("app")
log.info("password=x1y2z3")
logcorr.configure(console=False, otlp=False, level="debug")
print(dict(logcorr.status().masked), flush=True)
if os.fork() == 0:
    log.info("nothing")
    print(dict(logcorr.status().masked), flush=True)
    os._exit(0)
os.wait()
"""
    assert run_program(program, tmp_path).stdout.splitlines() == ["{'SECRET': 1}", "{}"]
