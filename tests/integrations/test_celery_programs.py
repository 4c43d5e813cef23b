"""Celery's programs with configure() and nothing else in the application's module: they print records, one a line."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import environment, records, run_program
from tests.support.servers import Server, accepts, free_port, redis, running
from tests.support.tasks import Record, closings, parent_of

# There is no instrument(): the adapter comes with the framework, whichever of the two is first.
BEGINNINGS = {
    "configured first": "import logcorr\nlogcorr.configure(otlp=False)\nfrom celery import Celery\n",
    "configured last": "from celery import Celery\nimport logcorr\nlogcorr.configure(otlp=False)\n",
}
REST = """
import os, sys
app = Celery("program", broker=os.environ["BROKER_URL"])
app.conf.update(
    broker_connection_retry_on_startup=True,
    worker_redirect_stdouts=os.environ.get("REDIRECT") != "no",
    task_ignore_result=True,
    task_default_queue=os.environ.get("QUEUE", "celery"),
    beat_schedule_filename=os.path.join(os.environ["HOME"], "schedule"),
    beat_schedule={"every second": {"task": "printing", "schedule": 1.0}},
)

@app.task(name="printing")
def printing():
    print("one", "line", 7)
    print("two\\nlines")
    print("at the end", end="", file=sys.stderr)
"""
PRINTED = ["one line 7", "two", "lines", "at the end"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis(tmp_path_factory.mktemp("redis")) as started:
        yield started


@contextmanager
def program(
    home: Path,
    url: str,
    *options: str,
    until: Callable[[], Any],
    beginning: str,
    rest: str = REST,
    **env: str,
) -> Iterator[Server]:
    """A program of Celery's, from when *until* holds on, stopped at the end."""
    home.mkdir(exist_ok=True)
    (home / "program_app.py").write_text(BEGINNINGS.get(beginning, beginning) + rest)
    command = [sys.executable, "-m", "celery", "-A", "program_app", *options]
    with running(command, home, ready=until, env={"C_FORCE_ROOT": "1", "BROKER_URL": url, **env}) as server:
        yield server
        if options[0] != "flower":  # which waits for its threads, and they for the broker
            server.stop()


def ticks(home: Path) -> list[Record]:
    """The closing records of what beat has sent."""
    return [r for r in records(home) if r.get("context", {}).get("span", {}).get("kind") == "producer"]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_worker_and_beat(beginning: str, url: str, tmp_path: Path) -> None:
    """Each tick is a trace of its own with the name of the schedule; what the task prints is a record a line."""
    home = tmp_path / "home"

    def ready() -> bool:
        return any(record["message"].endswith(" ready.") for record in records(home))

    def three() -> bool:
        return len(closings(records(home))) >= 3

    with (
        program(
            home, url, "worker", "--concurrency", "1", "--queues", beginning, until=ready, beginning=beginning
        ) as worker,
        program(home, url, "beat", until=three, beginning=beginning, QUEUE=beginning) as beat,
    ):
        pass
    found = records(home)
    for server in (worker, beat):
        assert not [line for line in server.stdout.splitlines() if "seq" not in json.loads(line)]
        assert server.stderr == ""
    sent = {record["span_id"]: record for record in ticks(home)}
    assert len({record["trace_id"] for record in sent.values()}) == len(sent)
    assert not any("parent_span_id" in record["context"]["span"] for record in sent.values())
    sending = [record for record in found if record["message"].startswith("Scheduler: Sending due task")]
    assert {record["span_id"] for record in sending} == set(sent)
    for closing in closings(found):
        tick = sent[parent_of(closing)]
        mine = [record for record in found if record.get("trace_id") == tick["trace_id"]]
        assert {record["context"]["schedule.name"] for record in mine} == {"every second"}
        printed = [record for record in mine if record["component"] == "celery.redirected"]
        assert [record["message"] for record in printed] == PRINTED
        assert {(record["span_id"], record["level"]) for record in printed} == {
            (closing["span_id"], "WARNING")
        }


PRINTING = """
from celery import signals

def say(signal):
    signal.connect(lambda **_: print(signal.name, "prints"), weak=False)

for name in ("worker_init", "worker_process_init", "worker_ready", "beat_init", "before_task_publish"):
    say(getattr(signals, name))
signals.worker_shutdown.connect(lambda **_: print("the end", end=""), weak=False)
"""


def test_what_receivers_of_signals_print(url: str, tmp_path: Path) -> None:
    """It is a record as well, in a worker, its children and beat, from the first signal to the last."""
    home, queue = tmp_path / "home", {"QUEUE": "signals"}

    def sent() -> bool:
        return bool(ticks(home))

    def done() -> bool:
        return bool(closings(records(home)))

    beginning = "configured first"
    options = ("--concurrency", "1", "--queues", "signals")
    with program(home, url, "beat", until=sent, beginning=beginning, rest=REST + PRINTING, **queue) as beat:
        pass
    with program(
        home, url, "worker", *options, until=done, beginning=beginning, rest=REST + PRINTING
    ) as worker:
        pass
    for server in (worker, beat):
        assert not [line for line in server.stdout.splitlines() if "seq" not in json.loads(line)]
        assert server.stderr == ""
    printed = {r["message"] for r in records(home) if r["component"] == "celery.redirected"}
    names = ("worker_init", "worker_process_init", "worker_ready", "beat_init", "before_task_publish")
    assert printed >= {*(f"{name} prints" for name in names), "the end"}


def test_children_that_are_not_forked(url: str, tmp_path: Path) -> None:
    """They are fresh interpreters, in which what a task prints is a record as well."""
    home = tmp_path / "home"
    code = "\napp.conf.worker_pool_start_method = 'spawn'\n"

    def done() -> bool:
        return bool(closings(records(home)))

    home.mkdir()
    (home / "program_app.py").write_text(BEGINNINGS["configured first"] + REST)
    send = "from program_app import printing; printing.apply_async(queue='spawned')"
    run_program(send, home, env={"BROKER_URL": url})
    options = ("worker", "--concurrency", "1", "--queues", "spawned")
    with program(home, url, *options, until=done, beginning="configured first", rest=REST + code) as server:
        pass
    (closing,) = closings(records(home))
    printed = [record for record in records(home) if record["component"] == "celery.redirected"]
    assert [record["message"] for record in printed] == PRINTED
    assert {(record["span_id"], record["pid"]) for record in printed} == {
        (closing["span_id"], closing["pid"])
    }
    assert not [line for line in server.stdout.splitlines() if "seq" not in json.loads(line)]


LATE = """
from celery import Celery, signals
import logcorr

@signals.{signal}.connect(weak=False)
def set_up(**_):
    logcorr.configure(otlp=False)
"""


@pytest.mark.parametrize(
    ("signal", "pool"),
    [
        ("celeryd_init", "solo"),
        ("worker_init", "solo"),
        ("setup_logging", "solo"),
        ("setup_logging", "prefork"),
        ("celeryd_after_setup", "solo"),
        ("worker_process_init", "prefork"),
    ],
)
def test_a_worker_that_is_configured_as_it_starts(signal: str, pool: str, url: str, tmp_path: Path) -> None:
    """Where a receiver of one of its signals calls configure(), all that this process says of a task has its ids."""
    home, queue = tmp_path / "home", f"{signal}-{pool}"

    def done() -> bool:
        return bool(closings(records(home)))

    home.mkdir()
    (home / "program_app.py").write_text(BEGINNINGS["configured first"] + REST)
    send = (
        "import logcorr\nfrom program_app import printing\n"
        f"with logcorr.operation('sender', tenantId='t-1'): printing.apply_async(queue={queue!r})"
    )
    run_program(send, home, env={"BROKER_URL": url})
    options = ("worker", "--pool", pool, "--concurrency", "1", "--queues", queue)
    with program(home, url, *options, until=done, beginning=LATE.format(signal=signal)):
        pass
    (closing,) = closings(records(home))
    (sender,) = (record for record in records(home) if record["component"] == "logcorr.operation")
    assert (closing["trace_id"], parent_of(closing)) == (sender["trace_id"], sender["span_id"])
    printed = [record for record in records(home) if record["component"] == "celery.redirected"]
    assert {record["span_id"] for record in printed} == {closing["span_id"]}
    received = [record for record in records(home) if record["component"] == "celery.worker.strategy"]
    # Where its children alone are configured, the main process does not know of logcorr.
    assert len(received) == (0 if (signal, pool) == ("worker_process_init", "prefork") else 1)
    for record in received:
        assert (record["trace_id"], record["tenantId"]) == (sender["trace_id"], "t-1")
        assert record["context"]["task_id"] == closing["context"]["task_id"]


def test_a_worker_that_leaves_what_is_printed(url: str, tmp_path: Path) -> None:
    """With Celery's worker_redirect_stdouts off, what a task prints is printed."""
    home = tmp_path / "home"
    send = "from program_app import printing; printing.apply_async(queue='raw')"

    def done() -> bool:
        return bool(closings(records(home)))

    home.mkdir()
    (home / "program_app.py").write_text(BEGINNINGS["configured first"] + REST)
    run_program(send, home, env={"BROKER_URL": url})
    options = ("worker", "--pool", "solo", "--queues", "raw")
    with program(home, url, *options, until=done, beginning="configured first", REDIRECT="no") as server:
        pass
    assert {"one line 7", "two", "lines"} <= set(server.stdout.splitlines())
    assert "at the end" in server.stderr
    assert not [record for record in records(home) if record["component"] == "celery.redirected"]


def test_flower(url: str, tmp_path: Path) -> None:
    """It prints records alone."""
    home, port = tmp_path / "home", free_port()
    options = ("flower", f"--port={port}", "--address=127.0.0.1")

    def up() -> bool:
        return accepts(port)

    with program(home, url, *options, until=up, beginning="configured first") as server:
        # It says where it listens after it has begun to.
        server.wait_until(lambda: '"flower.command"' in server.stdout)
        lines = [json.loads(line) for line in server.stdout.splitlines()]
        assert "flower.command" in {line["component"] for line in lines}
        assert server.stderr == ""


def test_shell(url: str, tmp_path: Path) -> None:
    """What is logged in it is a record, and nobody else's line."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "program_app.py").write_text(BEGINNINGS["configured first"] + REST)
    code = "import logging; logging.getLogger('shell').warning('from the shell')\n"
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "program_app", "shell"],
        input=code,
        cwd=home,
        env=environment(home, {"BROKER_URL": url}),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    (record,) = records(home)
    assert (record["component"], record["message"]) == ("shell", "from the shell")
    assert sum("from the shell" in line for line in (done.stdout + done.stderr).splitlines()) == 1


BROKEN = """
import sys
import logcorr
logcorr.configure(console=False, otlp=False)
sys.modules["celery.apps.beat"] = None  # what the adapter needs is not as it knows it
from celery import Celery
print(Celery("program").main, logcorr.status().problems)
"""


def test_an_adapter_that_cannot_be_used_fails_no_import(tmp_path: Path) -> None:
    """Celery is imported as ever; what is wrong is counted, and said on standard error."""
    done = run_program(BROKEN, tmp_path)
    assert done.stdout == "program {'instrument celery': 1}\n"
    assert done.stderr.startswith("logcorr: logcorr.integrations.celery cannot be used: ")
    assert len(done.stderr.splitlines()) == 1
