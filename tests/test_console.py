"""The console: text for people, JSON for collectors, and no harm from what is printed or where."""

import os
import pty
import re
import select
import subprocess
import sys

import pytest

from tests.support.program import environment, records, run_program, strict_json

CONFIGURE = (
    "import logging, sys, logcorr\nlogcorr.configure(otlp=False{options})\nlog = logging.getLogger('a')\n"
)
PLAIN = CONFIGURE.format(options="")
JSON = CONFIGURE.format(options=", console='json'")
TEXT = CONFIGURE.format(options=", console='text'")
ATTACK = r"one\x1b[31m\r\n2026 FATAL forged\x07 \x9b2J \u202e \u2028 \u2066 \x7f"


def on_a_terminal(code, home, env=None):
    """What *code* prints where standard output and error are a terminal."""
    (home / "program.py").write_text(code)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "program.py"], cwd=home, env=environment(home, env), stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    printed = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            printed += os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
    os.close(ours)
    assert process.wait(timeout=30) == 0, printed
    return printed.decode()


def test_text_with_colours_on_a_terminal(tmp_path):
    """On a terminal a record is a line of text with its level, fields and ids, in colour."""
    printed = on_a_terminal(
        PLAIN
        + "with logcorr.bound(runId='r-1'):\n    log.info('hello %s', 'you', extra={'event_id': 'evt-1'})",
        tmp_path,
    )
    assert "\x1b[" in printed
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed).strip()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO  a runId=r-1 event_id=evt-1 hello you", plain
    )


def test_no_color(tmp_path):
    """NO_COLOR takes the colours away, and only them; an empty one does not."""
    (tmp_path / "empty").mkdir()
    code = PLAIN + "log.error('hello')"
    assert "\x1b" not in (printed := on_a_terminal(code, tmp_path, {"NO_COLOR": "1"}))
    assert "ERROR a hello" in printed
    assert "\x1b[" in on_a_terminal(code, tmp_path / "empty", {"NO_COLOR": ""})


def test_json_on_a_pipe(tmp_path):
    """Without a terminal standard output gets the lines of the journal, standard error nothing."""
    done = run_program(PLAIN + "log.info('one')\nlog.warning('two')", tmp_path)
    assert [strict_json(line.encode()) for line in done.stdout.splitlines()] == records(tmp_path)
    assert done.stderr == ""


def test_false_is_silent(tmp_path):
    """``console=False`` prints nothing at any level, and the journal has all."""
    done = run_program(
        CONFIGURE.format(options=", console=False") + "log.warning('one')\nlogging.error('two')", tmp_path
    )
    assert done.stdout + done.stderr == ""
    assert len(records(tmp_path)) == 2


@pytest.mark.parametrize("console", ["json", "text"])
def test_control_characters_are_shown_not_sent(tmp_path, console):
    """Escape sequences, line breaks and bidi controls in message, names, fields and exceptions cannot act or forge."""
    done = run_program(
        CONFIGURE.format(options=f", console={console!r}")
        + f"""
text = "{ATTACK}"
log.info(text, extra={{"key" + text: text}})
logging.getLogger(text).info("named")
with logcorr.bound(runId=text):
    log.info("bound")
try:
    raise type(text, (ValueError,), {{}})(text)
except ValueError:
    log.exception("failed")
""",
        tmp_path,
    )
    printed = done.stdout + done.stderr
    assert set(re.findall(r"[^\x20-\x7e]", printed)) == {"\n"}
    starts = re.compile(r'\d{4}-\d\d-\d\dT|\{"timestamp"|    ')
    assert all(starts.match(line) for line in printed.splitlines())
    assert sum(not line.startswith("    ") for line in printed.splitlines()) == 4
    assert len(records(tmp_path)) == 4


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_standard_output_of_any_encoding(tmp_path, encoding):
    """What the encoding lacks is a JSON escape: every line reads back as the record."""
    code = JSON + r"log.info('\xe9 \u20ac \U0001f600', extra={'k\u20ac': '\U0001f600'})"
    (tmp_path / "program.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path, env=environment(tmp_path, {"PYTHONIOENCODING": encoding}), capture_output=True, check=True,
    )  # fmt: skip
    (record,) = records(tmp_path)
    assert record["message"] == "\xe9 \u20ac \U0001f600"
    assert strict_json(done.stdout.decode(encoding).encode()) == record
    assert done.stderr == b""


@pytest.mark.parametrize("close", ["sys.stdout.close()", "sys.stderr.close()", "os.close(1)", "os.close(2)"])
@pytest.mark.parametrize("console", ["json", "text"])
def test_closed_streams(tmp_path, close, console):
    """The application goes on, and the journal has every record, when a standard stream is closed under it."""
    code = (
        CONFIGURE.format(options=f", console={console!r}")
        + f"import os\nlog.info('one')\n{close}\nlog.info('two')\n"
    )
    run_program(code + "open('end', 'w').close()\nos._exit(0)", tmp_path)
    assert (tmp_path / "end").exists()
    assert [record["message"] for record in records(tmp_path)] == ["one", "two"]


def test_no_streams_at_all(tmp_path):
    """Where sys.stdout and sys.stderr are None, as in a daemon, records are in the journal."""
    code = (
        "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None\n"
        + PLAIN
        + "log.info('one')"
    )
    run_program(code, tmp_path)
    assert len(records(tmp_path)) == 1


def test_a_reader_that_leaves(tmp_path):
    """``app | head -1``: the application ends its work, and the journal has every record."""
    (tmp_path / "program.py").write_text(
        JSON + "for number in range(20000):\n    log.info('%d', number)\nopen('end', 'w').close()"
    )
    process = subprocess.Popen(
        [sys.executable, "program.py"], cwd=tmp_path, env=environment(tmp_path),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert (tmp_path / "end").exists()
    assert len(records(tmp_path)) == 20000
    assert complaints.count(b"JsonConsole failed") == 1


def test_long_lines_are_cut_for_containers(tmp_path):
    """On standard output no line is longer than 15 KiB, it says what was cut, and the journal has it whole."""
    done = run_program(JSON + "log.info('x' * 60000, extra={'body': 'y' * 40000, 'id': 'kept'})", tmp_path)
    printed = strict_json(done.stdout.encode())
    assert len(done.stdout) <= 15 * 1024
    assert printed["truncated"]
    assert printed["context"]["id"] == "kept"
    (record,) = records(tmp_path)
    assert len(record["message"]) == 60000
    assert (printed["seq"], printed["timestamp"]) == (record["seq"], record["timestamp"])
