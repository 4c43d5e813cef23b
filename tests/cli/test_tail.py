import gzip
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from logcorr.journal.format import rotated_path
from tests.support.terminal import on_terminal

LIMIT_S = 20


def shown(result):
    """The messages of the lines, in order."""
    assert result.exit_code == 0, result.output
    return [line.split("toygres.api: ")[1].split("  ")[0] for line in result.stdout.splitlines()]


def read_until(process, word):
    """Whole lines from the process until one holds the word."""
    lines = []
    while not lines or word not in lines[-1]:
        line = process.stdout.readline()
        assert line, f"ended before {word!r}: {lines} {process.stderr.read()}"
        lines.append(line)
    return lines


def test_the_last_twenty_records_are_shown(run, records, journal):
    """Without options it is twenty, with -n as many as asked, and all of them with "all"."""
    journal.write_bytes(b"".join(records.line(str(number)) for number in range(30)))
    assert shown(run("tail", journal)) == [str(number) for number in range(10, 30)]
    assert shown(run("tail", journal, "-n", 2)) == ["28", "29"]
    assert shown(run("tail", journal, "-n", "all")) == [str(number) for number in range(30)]
    assert shown(run("tail", journal, "-n", 0)) == []


def test_rotated_files_and_other_services_are_part_of_it(run, records, tmp_path, journal):
    """The journal's compressed file and another service's journal stand in one order, each record once."""
    other = tmp_path / "worker.log"
    old = rotated_path(journal)
    with gzip.open(f"{old}.gz", "wb") as packed:
        packed.write(records.line("a"))
    other.write_bytes(records.line("b"))
    journal.write_bytes(records.line("c"))
    assert shown(run("tail", journal, other, f"{old}.gz", journal)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--level", "warning"], ["b", "c"]),
        (["--level", "CRITICAL"], []),
        (["--trace", "ABCD"], ["b"]),
        (["--run", "r1", "--tenant", "t1"], ["a"]),
        (["--run", "r1"], ["a", "b"]),
        (["-w", "context.step=load", "-w", "rows=3"], ["c"]),
        (["--component", "toygres.", "--grep", "^[ab]$"], ["a", "b"]),
        (["--grep", "C", "-i"], ["a", "b", "c"]),
        (["--until", "2026-02-11T14:00:02Z"], ["a", "b"]),
        (["--since", "2026-02-11T14:00:02Z", "-n", "1"], ["c"]),
        (["--since", "1h"], []),
    ],
)
def test_options_choose_the_records(run, records, journal, options, expected):
    """Every option narrows the choice, and several together do so together."""
    journal.write_bytes(
        records.line("a", runId="r1", tenantId="t1", context={"note": "C"})
        + records.line("b", level="WARNING", runId="r1", trace_id="abcd" * 8, context={"note": "C"})
        + records.line("c", level="ERROR", runId="r2", context={"step": "load"}, metrics={"rows": 3})
    )
    assert shown(run("tail", journal, *options)) == expected


def test_since_shows_everything_from_then_on(run, records, journal):
    """A time instead of a number lifts the limit of twenty."""
    now = datetime.now(UTC)
    old = records.line("old", at=now - timedelta(hours=2))
    journal.write_bytes(
        old + b"".join(records.line(str(n), at=now - timedelta(minutes=9)) for n in range(50))
    )
    assert shown(run("tail", journal, "--since", "10m")) == [str(number) for number in range(50)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--level", "loud"], ["--level", "loud", "WARNING"]),
        (["--since", "soon"], ["--since", "soon", "10m"]),
        (["--where", "novalue"], ["novalue", "KEY=VALUE"]),
        (["--grep", "("], ["--grep", "regular expression"]),
        (["-n", "few"], ["few", "all"]),
    ],
)
def test_an_option_that_means_nothing_is_refused(run, journal, options, words):
    """The error names the option, the value and what is allowed; exit code 2."""
    journal.touch()
    result = run("tail", journal, *options)
    assert result.exit_code == 2
    assert all(word in result.stderr for word in words), result.stderr


def test_a_missing_file_is_one_line_with_its_path(run, journal):
    """It says which path was tried and what to do; exit code 2."""
    result = run("tail", journal)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert str(journal) in result.stderr
    assert "LOGCORR_FILE" in result.stderr


def test_the_configured_journal_is_read_without_a_file(run, records, journal, monkeypatch):
    """LOGCORR_FILE names it; a setting that is not valid is one line, not a traceback."""
    journal.write_bytes(records.line("here"))
    monkeypatch.setenv("LOGCORR_FILE", str(journal))
    assert shown(run("tail")) == ["here"]
    monkeypatch.setenv("LOGCORR_MAX_FILES", "none")
    result = run("tail")
    assert result.exit_code == 2
    assert "LOGCORR_MAX_FILES" in result.stderr


def test_json_is_the_original_line(run, records, journal):
    """The bytes are the journal's own, in whatever form another program wrote them."""
    odd = b'{"message" : "sp\\u00e4t",  "timestamp":"2026-02-11T14:00:00Z"}\n'
    line = records.line("a\u202e")
    journal.write_bytes(line + b"no record\n" + odd)
    result = run("tail", journal, "--json", "-n", "all")
    assert result.stdout_bytes == line + odd


def test_what_is_no_record_is_counted_on_stderr(run, records, journal):
    """The lines that were left out are told, and the rest is shown."""
    journal.write_bytes(records.line("a") + b'rubbish\n{"torn":')
    result = run("tail", journal)
    assert shown(result) == ["a"]
    assert result.stderr == "logcorr: 2 lines were no records (not JSON, or torn), not shown\n"


def test_a_record_cannot_forge_another_line(run, records, journal):
    """Line breaks, escape sequences and bidi controls of a record stay within its one line."""
    journal.write_bytes(records.line("x\r\n2026 ERROR forged \x1b[2J\u202e\u2028", context={"k\n": "v\x9b"}))
    result = run("tail", journal)
    assert result.stdout.count("\n") == 1
    assert r"x\r\n2026 ERROR forged \x1b[2J\u202e\u2028" in result.stdout
    assert r"k\n=v\x9b" in result.stdout


def test_following_goes_on_across_a_rotation_until_ctrl_c(start, records, journal):
    """Records before, after and behind a rename arrive once each; Ctrl-C ends it with exit code 0 and no complaint."""
    journal.write_bytes(records.line("one"))
    process = start("tail", "-f", journal)
    lines = read_until(process, b"one")
    with journal.open("ab") as old:
        old.write(records.line("two"))
        old.flush()
        lines += read_until(process, b"two")
        journal.rename(rotated_path(journal))
        old.write(records.line("three"))
    journal.write_bytes(records.line("four"))
    lines += read_until(process, b"four")
    process.send_signal(signal.SIGINT)
    rest, complaint = process.communicate(timeout=LIMIT_S)
    words = [line.split(b"toygres.api: ")[1].split(b"  ")[0] for line in lines]
    assert words == [b"one", b"two", b"three", b"four"]
    assert (process.returncode, rest, complaint) == (0, b"", b"")


def test_following_waits_for_a_file_that_is_not_there_yet(start, records, journal):
    """It says so, and shows the first record once it is written."""
    process = start("tail", "-f", journal)
    assert b"waiting" in process.stderr.readline()
    journal.write_bytes(records.line("first"))
    assert len(read_until(process, b"first")) == 1


def test_a_finished_file_is_not_followed(run, journal):
    """A rotated file gets no more records, so following it is refused."""
    path = rotated_path(journal)
    path.touch()
    result = run("tail", "-f", path)
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_a_closed_pipe_ends_a_long_output_quietly(start, records, journal):
    """As in `logcorr tail | head -1`: exit code 0, and nothing on stderr."""
    journal.write_bytes(b"".join(records.line(str(number)) for number in range(20_000)))
    process = start("tail", "-n", "all", journal)
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(LIMIT_S) == 0
    assert process.stderr.read() == b""


def test_a_closed_pipe_ends_following_although_nothing_is_written(start, records, journal):
    """The reader's end is noticed without another record."""
    journal.write_bytes(records.line("one"))
    process = start("tail", "-f", journal)
    read_until(process, b"one")
    process.stdout.close()
    assert process.wait(LIMIT_S) == 0
    assert process.stderr.read() == b""


def test_a_terminal_gets_colours_and_short_times(start, records, journal, environment):
    """On a real terminal the date stands above and levels are coloured; no row is wider than it."""
    journal.write_bytes(records.line("word " * 40, level="ERROR"))
    process, output = on_terminal(
        environment, 60,
        lambda terminal, env: start("tail", journal, stdout=terminal, stderr=subprocess.DEVNULL, env=env),
    )  # fmt: skip
    assert process.wait(LIMIT_S) == 0
    assert b"2026-02-11 UTC" in output
    assert b"\x1b[1;31mERROR" in output
    assert output.count(b"\n") > 3
