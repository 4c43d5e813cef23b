"""configure(), fork, exit and status(), in processes of their own."""

import json

import pytest

from tests.support.program import REPOSITORY, records, run_program

QUIET = "console=False, otlp=False"
CONFIGURE = f"import logging, os, sys, logcorr\nlogcorr.configure({QUIET})\nlog = logging.getLogger('a')\n"


def messages(home, service="toygres"):
    return [record["message"] for record in records(home, service)]


def test_import_alone_does_nothing(tmp_path):
    """``import logcorr`` changes no logger, hook, file or stream."""
    done = run_program(
        """
import logging, sys, threading, warnings
def state():
    root = logging.getLogger()
    return (root.level, list(root.handlers), logging.Logger._log, logging.Logger.callHandlers,
            logging.Logger.makeRecord, sys.excepthook, threading.excepthook, sys.unraisablehook,
            warnings.showwarning, list(sys.meta_path), logging.getLevelName(5), logging.getLogRecordFactory())
before = state()
import logcorr
assert state() == before
logging.warning("plain")
""",
        tmp_path,
    )
    assert done.stderr == "WARNING:root:plain\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["program.py"]


def test_same_settings_again_do_nothing(tmp_path):
    """Three times, and from two threads at once: one set of doors, each record once, no word about it."""
    run_program(
        f"""
import logging, threading, logcorr
def configure():
    for _ in range(3):
        logcorr.configure({QUIET})
threads = [threading.Thread(target=configure) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
configure()
assert len(logging.getLogger().handlers) == 1
logging.getLogger("a").info("once")
""",
        tmp_path,
    )
    assert messages(tmp_path) == ["once"]


def test_other_settings_apply_and_are_named(tmp_path):
    """With other settings they hold from then on, for loggers of every library made before, numbering goes on."""
    run_program(
        f"""
import logging, logcorr, structlog
from loguru import logger
logcorr.configure({QUIET}, level="info,app.db=debug")
plain, bound = logging.getLogger("app.db"), structlog.get_logger("app.db").bind(a=1)
plain.debug("one")
logcorr.configure({QUIET}, level="warning", file="other.log", correlation_fields=["a"])
for number in range(2):
    plain.debug("no")
    plain.info("no")
    bound.info("no")
    logger.info("no")
    plain.warning("yes")
    bound.warning("yes")
    logger.warning("yes")
""",
        tmp_path,
    )
    assert messages(tmp_path) == ["one"]
    found = [json.loads(line) for line in (tmp_path / "other.log").read_text().splitlines()]
    warning, *rest = found
    assert (warning["level"], warning["component"]) == ("WARNING", "logcorr")
    assert all(name in warning["message"] for name in ("level", "file", "correlation_fields"))
    assert [record["message"] for record in rest] == ["yes"] * 6
    assert rest[1]["a"] == "1"
    assert [record["seq"] for record in found] == list(range(2, 9))


def test_reconfigured_under_traffic(tmp_path):
    """Threads that log while settings change, the file among them, lose nothing."""
    run_program(
        f"""
import glob, logging, threading, logcorr
logcorr.configure({QUIET})
log, made, stop = logging.getLogger("a"), [0, 0, 0], threading.Event()
def work(index):
    while not stop.is_set():
        log.info("x")
        made[index] += 1
threads = [threading.Thread(target=work, args=(index,)) for index in range(3)]
[thread.start() for thread in threads]
for number in range(40):
    logcorr.configure({QUIET}, file=f"log.{{number % 4}}", max_files=5 + number % 3)
stop.set()
[thread.join() for thread in threads]
logs = [*glob.glob("log.?"), ".toygres/server.log"]
written = sum(line.count('"component":"a"') for path in logs for line in open(path))
assert written == sum(made) > 100, (written, made)
assert logcorr.status().problems == {{}}
import os
assert len(os.listdir("/proc/self/fd")) < 20
""",
        tmp_path,
    )


@pytest.mark.parametrize(
    "bad",
    [
        "levle='info'", "level='loud'", "file='/'", "console='tty'", "endpoint='http://[x'", "endpoint='http://h:99999'",
        "protocol='smoke'", "ship='rocket'", "max_files=0", "max_record_bytes=5", "service='a/b'", "masking=5",
        "correlation_fields=['trace_id']", "shutdown_timeout=-1", "resource='x'", "otlp='perhaps'",
    ],
)  # fmt: skip
def test_invalid_settings_leave_the_earlier_ones_at_work(tmp_path, bad):
    """A setting that cannot be used raises ConfigError naming it, and logging goes on as it was configured."""
    run_program(
        CONFIGURE
        + f"""
try:
    logcorr.configure({bad})
except logcorr.ConfigError as error:
    assert {bad.split("=")[0]!r} in str(error), error
else:
    raise AssertionError("accepted")
log.info("still here")
logcorr.configure({QUIET})
log.info("and here")
""",
        tmp_path,
    )
    assert messages(tmp_path) == ["still here", "and here"]


def test_an_invalid_environment_leaves_the_earlier_settings_at_work(tmp_path):
    """The same where a variable of the exporter, which is read last, is what is wrong."""
    run_program(
        CONFIGURE
        + f"""
os.environ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "zip"
try:
    logcorr.configure({QUIET}, level="debug")
except logcorr.ConfigError as error:
    assert "OTEL_EXPORTER_OTLP_COMPRESSION" in str(error)
else:
    raise AssertionError("accepted")
log.info("still here")
log.debug("not here")
""",
        tmp_path,
    )
    assert messages(tmp_path) == ["still here"]


def test_nothing_heavy_is_imported(tmp_path):
    """configure() and the first records load no exporter, no SDK, no logging library and no event loop."""
    heavy = "grpc opentelemetry.sdk opentelemetry.proto structlog loguru rich click asyncio multiprocessing ssl fastapi celery"
    done = run_program(
        "import sys, logging, logcorr\nlogcorr.configure(console=False)\nlogging.getLogger('a').info('one')\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])",
        tmp_path,
    )
    assert done.stdout == "[]\n"
    timed = run_program(
        "import logcorr\nlogcorr.configure(console=False)", tmp_path, env={"PYTHONPROFILEIMPORTTIME": "1"}
    )
    imported = {line.rpartition("|")[2].strip() for line in timed.stderr.splitlines()}
    assert "logcorr._runtime" in imported
    assert not imported & set(heavy.split())


def test_warnings_as_errors(tmp_path):
    """``python -W error``: neither import nor use nor exit warns of anything, an unclosed file for one."""
    done = run_program(
        CONFIGURE
        + "import structlog\nfrom loguru import logger\nstructlog.get_logger().info('s')\nlogger.info('l')\n"
        f"logcorr.configure({QUIET}, level='debug')\nlog.info('one')",
        tmp_path,
        env={"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
    )
    # Without a console of ours loguru's own sink goes on printing.
    assert [line for line in done.stderr.splitlines() if "| INFO" not in line] == []


def test_status(tmp_path):
    """Its fields say what is: nothing before configure(), then the file, the count and the state of shipping."""
    run_program(
        """
import logging, os, logcorr
before = logcorr.status()
assert not before.configured and before.file is None and before.records == 0
logcorr.configure(console=False, service="shop", endpoint="http://user:secret@127.0.0.1:9/", ship="external")
logging.getLogger("a").info("one")
status = logcorr.status()
assert status.configured and status.service == "shop" and status.pid == os.getpid()
assert status.file.name == "server.log" and status.file.stat().st_size == status.backlog_bytes > 0
assert status.records == 1 and status.problems == {} and status.sent == 0 == status.rejected
assert status.shipper == "waiting" and "127.0.0.1:9" in status.endpoint and "secret" not in repr(status)
logcorr.configure(console=False, service="shop", otlp=False)
status = logcorr.status()
assert status.shipper == "off" and status.endpoint == "" and status.records == 2
""",
        tmp_path,
    )


TYPED = """import logcorr

logcorr.configure(service="shop", level={"": "info", "app.db": "debug"}, file=False, resource={"a": "b"})
log = logcorr.get_logger(__name__, a=1)
log.info("hello %s", "you", size=3)
log.bind(b=2).warning("bound")
with logcorr.bound(runId="r-1"), logcorr.operation("op", tenantId="t") as work:
    print(work.duration_ms())


@logcorr.traced
def double(x: int) -> int:
    return 2 * x


@logcorr.traced(name="other")
async def triple(x: int) -> int:
    return 3 * x


carrier: dict[str, str] = {}
sent: dict[str, str] = logcorr.inject(carrier)
with logcorr.extract(sent):
    print(double(2), logcorr.flush(1.0), logcorr.shutdown(), logcorr.status().records)
"""


def test_user_code_is_typed_without_any(tmp_path):
    """mypy, at its strictest, finds neither an error nor an Any in code that uses the public names."""
    (tmp_path / "typed.py").write_text(TYPED)
    arguments = [
        "--strict",
        "--disallow-any-expr",
        "--follow-imports=silent",
        "--cache-dir",
        "cache",
        "typed.py",
    ]
    done = run_program(
        f"from mypy import api\nout, err, code = api.run({arguments!r})\nprint(out, err)\nraise SystemExit(code)",
        tmp_path,
        env={"MYPYPATH": str(REPOSITORY)},
        timeout=300,
    )
    assert "no issues found" in done.stdout
