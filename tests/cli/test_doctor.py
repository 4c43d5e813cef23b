import fcntl
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from logcorr.doctor.doors import check_clock
from logcorr.doctor.found import Found
from logcorr.journal.checkpoint import Checkpoint
from logcorr.journal.format import companion
from tests.shipper.helpers import Relay, free_port, uid
from tests.support.program import environment
from tests.support.receiver import Receiver
from tests.support.terminal import on_terminal

ABSENT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "{name}":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.fixture
def service(service):
    """Makes services with a console, whose homes are there already."""

    def make(endpoint=None, **variables):
        made = service(endpoint, **{"LOGCORR_CONSOLE": "json"} | variables)
        made.home.mkdir()
        return made

    return make


@pytest.fixture(scope="module")
def collector(tmp_path_factory):
    with Receiver(tmp_path_factory.mktemp("collector")) as running:
        yield running


def ask(service, *arguments, site=""):
    """The command's answer, in the environment of the service; *site* is run before everything in each process."""
    (service.home / "sitecustomize.py").write_text(site)
    variables = environment(service.home, service.variables)
    variables["PYTHONPATH"] = os.pathsep.join([str(service.home), variables["PYTHONPATH"]])
    return subprocess.run(
        [sys.executable, "-m", "logcorr", "doctor", *arguments], cwd=service.home, timeout=60, check=False,
        env=variables, capture_output=True, text=True,
    )  # fmt: skip


def examined(service, *arguments, code=None, site=""):
    """The checks by their name; of several with one name, the last that is not ok."""
    done = ask(service, "--json", *arguments, site=site)
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["ok"] else 1)
    if code is not None:
        assert done.returncode == code, done.stdout
    checks = {}
    for check in found["checks"]:
        if check["name"] not in checks or check["result"] != "ok":
            checks[check["name"]] = check
        assert bool(check["remedy"]) == (check["result"] != "ok")
    return checks


def results(checks, result):
    return {name: check for name, check in checks.items() if check["result"] == result}


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_all_is_well(service, collector, protocol):
    """Every door's record is in the journal, and the collector took one of them, under its own uid, without a shipper."""
    endpoint = collector.grpc_endpoint if protocol == "grpc" else collector.http_endpoint
    well = service(endpoint, OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
    checks = examined(well, code=0)
    assert {check["result"] for check in checks.values()} == {"ok"}, checks
    assert [record["component"] for record in well.records()] == ["logcorr.doctor"] * 3 + ["py.warnings"]
    (sent,) = well.received(collector)
    assert uid(sent).endswith("-0")
    assert f"endpoint={endpoint} (OTEL_EXPORTER_OTLP_ENDPOINT)" in checks["settings"]["text"]
    assert well.shippers() == []


def test_every_check_is_one_line(service, collector):
    """Not on a terminal: a mark, a name, what was found."""
    done = ask(service(collector.grpc_endpoint))
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) > 15
    assert all(line.startswith("ok    ") for line in lines), done.stdout
    assert any(line.split(maxsplit=2)[1] == "journal" and line.endswith("(0600)") for line in lines)


def test_a_collector_that_does_not_answer_is_a_failure(service):
    """Nobody listens: the endpoint, without its password, and what to do."""
    port = free_port()
    done = ask(service(f"http://user:secret@127.0.0.1:{port}"))
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert f"nobody answers at http://127.0.0.1:{port}" in line
    assert "do: start the collector" in line
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_a_collector_that_says_nothing_is_not_waited_for(service, protocol):
    """It accepts the connection and no more: a failure after --endpoint-timeout."""
    with Relay() as silent:
        mute = service(f"http://127.0.0.1:{silent.port}", OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
        started = time.monotonic()
        checks = examined(mute, "--endpoint-timeout", "0.5", code=1)
        assert time.monotonic() - started < 10
    assert checks["endpoint"]["result"] == "ok"
    assert checks["collector"]["result"] == "fail"


@pytest.mark.parametrize(
    ("fault", "words", "remedy"),
    [("401:1", "HTTP 401", "HEADERS"), ("503:1", "HTTP 503", "log"), ("400:1", "HTTP 400", "log")],
)
def test_what_the_collector_answers_is_told(service, tmp_path, fault, words, remedy):
    """Its own words, and the remedy that fits them."""
    with Receiver(tmp_path / "collector", "--fail", fault) as refusing:
        sad = service(refusing.http_endpoint, OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf")
        check = examined(sad, code=1)["collector"]
    assert words in check["text"]
    assert remedy in check["remedy"]


def test_a_record_that_is_rejected_is_a_failure(service, tmp_path):
    """The request was taken, the record in it was not."""
    with Receiver(tmp_path / "collector", "--partial", "1") as picky:
        check = examined(service(picky.grpc_endpoint), code=1)["collector"]
    assert "rejected the probe" in check["text"]


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_the_wrong_protocol_is_recognised(service, collector, protocol):
    """gRPC on the HTTP port and the other way round: the remedy is the protocol."""
    endpoint = collector.http_endpoint if protocol == "grpc" else collector.grpc_endpoint
    check = examined(service(endpoint, OTEL_EXPORTER_OTLP_PROTOCOL=protocol), code=1)["collector"]
    assert "OTEL_EXPORTER_OTLP_PROTOCOL" in check["remedy"], check


def test_shipping_that_is_off_is_well(service):
    """Nothing of the collector is looked at then, but that its endpoint is set in vain."""
    off = service(f"http://127.0.0.1:{free_port()}", LOGCORR_OTLP="false")
    checks = examined(off, code=0)
    assert checks["shipping"]["result"] == "ok"
    assert "OTEL_EXPORTER_OTLP_ENDPOINT has no effect" in checks["environment"]["text"]
    assert "endpoint" not in checks


def test_missing_packages_are_named_with_their_remedy(service, collector):
    """Without gRPC records are not shipped."""
    check = examined(service(collector.grpc_endpoint), code=1, site=ABSENT.replace("{name}", "grpc"))[
        "packages"
    ]
    assert "grpcio" in check["text"]
    assert check["remedy"] == "pip install 'logcorr[otlp]'"


def test_a_library_that_is_not_installed_is_no_fault(service, collector):
    """loguru's door is left out."""
    checks = examined(service(collector.grpc_endpoint), code=0, site=ABSENT.replace("{name}", "loguru"))
    assert checks["door loguru"]["text"] == "not installed"


def test_a_door_that_loses_records_is_a_failure(service, collector):
    """Another package has replaced what the record goes through."""
    site = "import logging\nlogging.Logger.info = lambda *args, **fields: None\n"
    checks = examined(service(collector.grpc_endpoint), code=1, site=site)
    assert set(results(checks, "fail")) == {"door logging"}


def test_records_printed_twice_are_a_warning(service, collector):
    """A handler of somebody else's prints them beside logcorr's console."""
    site = (
        "import logging\nlogging.getLogger().addHandler(logging.StreamHandler(open(2, 'w', closefd=False)))\n"
    )
    checks = examined(service(collector.grpc_endpoint), code=0, site=site)
    assert "logging" in results(checks, "warn")["console"]["text"]


def test_a_level_that_is_high_does_not_hide_the_probe(service, collector):
    """What is tried are the doors, not the level."""
    assert not results(examined(service(collector.grpc_endpoint, LOGCORR_LEVEL="error"), code=0), "fail")


def test_a_journal_that_others_can_read_is_a_warning(service, collector):
    """With the command that mends it; a directory where others can write is a failure."""
    open_ = service(collector.grpc_endpoint)
    examined(open_)
    open_.journal.chmod(0o644)
    assert results(examined(open_, code=0), "warn")["journal"]["remedy"] == f"chmod 600 {open_.journal}"
    open_.journal.parent.chmod(0o777)
    assert (
        results(examined(open_, code=1), "fail")["directory"]["remedy"] == f"chmod 700 {open_.journal.parent}"
    )


def test_a_journal_that_is_a_link_is_a_failure(service, collector):
    """It is not written through the link; where the records went instead is told."""
    linked = service(collector.grpc_endpoint)
    linked.journal.parent.mkdir(mode=0o700)
    linked.journal.symlink_to(linked.home / "elsewhere.log")
    check = results(examined(linked, code=1), "fail")["journal"]
    assert ".local/state" in check["text"]
    assert "symbolic link" in check["remedy"]


def test_a_place_that_cannot_be_written_is_a_failure(service, collector):
    """The records went elsewhere, and are read back from there."""
    blocked = service(collector.grpc_endpoint)
    (blocked.home / "file").touch()
    blocked.variables["LOGCORR_FILE"] = str(blocked.home / "file" / "server.log")
    checks = examined(blocked, code=1)
    assert set(results(checks, "fail")) == {"journal"}
    assert checks["door logging"]["result"] == "ok"


def test_a_rotation_that_is_stuck_is_a_warning(service, collector):
    """A process holds the lock for longer than a rename takes."""
    stuck = service(collector.grpc_endpoint)
    examined(stuck)
    with companion(stuck.journal, "rotate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "rotation" in results(examined(stuck, code=0), "warn")["locks"]["text"]


def test_a_checkpoint_that_cannot_be_read_is_a_failure(service, collector):
    """One that stands in a file that is gone is a warning."""
    broken = service(collector.grpc_endpoint)
    examined(broken)
    companion(broken.journal, "checkpoint").write_text("rubbish")
    assert set(results(examined(broken, code=1), "fail")) == {"checkpoint"}
    Checkpoint(identity="0123456789abcdef", offset=5).save(broken.journal)
    assert set(results(examined(broken, code=0), "warn")) == {"checkpoint"}


def test_refused_records_are_a_warning(service, collector):
    """How many, and why."""
    refused = service(collector.grpc_endpoint)
    examined(refused)
    Checkpoint(rejected=7, error="too old").save(refused.journal)
    check = results(examined(refused, code=0), "warn")["drops"]
    assert "7 records: too old" in check["text"]


def test_a_setting_that_is_not_valid_is_a_failure(service):
    """It is told as configure() tells it, and nothing is written."""
    wrong = service(LOGCORR_MAX_FILES="many")
    checks = examined(wrong, code=1)
    assert list(checks) == ["settings"]
    assert "LOGCORR_MAX_FILES" in checks["settings"]["text"]
    assert not wrong.journal.exists()


def test_where_settings_come_from_is_told(service, collector):
    """A variable, or the file."""
    mixed = service(collector.grpc_endpoint, LOGCORR_MAX_FILES="3")
    (mixed.home / "pyproject.toml").write_text('[tool.logcorr]\nenvironment = "prod"\nmax_files = 5\n')
    text = examined(mixed, code=0)["settings"]["text"]
    assert "max_files=3 (LOGCORR_MAX_FILES)" in text
    assert f"environment=prod ({mixed.home / 'pyproject.toml'})" in text


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"OTEL_SDK_DISABLED": "true"}, "OTEL_SDK_DISABLED has no effect"),
        (
            {"LOGCORR_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"},
            "LOGCORR_PROTOCOL wins",
        ),
        ({"OTEL_LOGS_EXPORTER": "console"}, "OTEL_LOGS_EXPORTER=console has no effect"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=api"}, "service.name in OTEL_RESOURCE_ATTRIBUTES"),
        ({"OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca.pem"}, "OTEL_EXPORTER_OTLP_CERTIFICATE has no effect"),
        ({"OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED": "true"}, "a second time"),
        ({"http_proxy": "http://127.0.0.1:9"}, "gRPC goes through http_proxy"),
    ],
)
def test_variables_without_effect_are_warnings(service, collector, variables, words):
    """Each with the variable's name."""
    checks = examined(service(collector.grpc_endpoint, **variables), "--endpoint-timeout", "0.5")
    assert words in results(checks, "warn")["environment"]["text"]


def test_a_terminal_gets_colours_and_no_row_wider_than_it(service):
    """On 80 columns long findings go on below themselves."""
    lonely = service(f"http://127.0.0.1:{free_port()}")
    command = [sys.executable, "-m", "logcorr", "doctor"]
    process, output = on_terminal(
        environment(lonely.home, lonely.variables), 80,
        lambda terminal, env: subprocess.Popen(command, cwd=lonely.home, stdout=terminal, env=env),
    )  # fmt: skip
    assert process.wait(60) == 1
    assert b"\x1b[1;31mFAIL" in output
    assert b"\x1b[32mok" in output


def test_clocks_that_differ_are_a_warning(tmp_path):
    """The file's time is that of its server, the record's that of this machine."""
    path = tmp_path / "server.log"
    path.touch()
    now = {"timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    found = {"logging": [Found("", b"", now)]}
    assert check_clock(path, found).result == "ok"
    os.utime(path, (time.time() - 60, time.time() - 60))
    check = check_clock(path, found)
    assert check.result == "warn"
    assert "60 s" in check.text
