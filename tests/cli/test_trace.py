import pytest

TRACE, NEAR, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f35" + "0" * 24, "a" * 32


@pytest.fixture
def filled(journal, records):
    def closing(name, trace_id, span_id):
        context = {"span": {"name": name, "kind": "server"}, "status": 200}
        return records.line(f"{name} 200", trace_id=trace_id, span_id=span_id, context=context)

    journal.write_bytes(
        records.line("asked", trace_id=TRACE, span_id="1" * 16, runId="run-1")
        + closing("GET /a", TRACE, "1" * 16)
        + closing("GET /near", NEAR, "2" * 16)
        + records.line("failed", trace_id=OTHER, level="ERROR")
        + b"rubbish 4bf92f3577b3\n"
        + records.line("no trace", context={"seen": TRACE})
    )
    return journal


@pytest.mark.parametrize("wanted", ["4bf92f357", TRACE.upper(), f"00-{TRACE}-{'1' * 16}-01"])
def test_a_trace_is_shown_by_its_id_or_a_beginning(run, filled, wanted):
    """A beginning in any case, the whole id and a traceparent header find the same tree."""
    result = run("trace", wanted, filled)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"trace {TRACE}"
    assert "runId=run-1" in lines[2]
    assert "● GET /a 200" in lines[4]
    assert "│ toygres.api: asked" in lines[5]
    assert len(lines) == 6


def test_json_gives_the_lines_of_the_trace(run, filled):
    """The original lines, and only those whose trace id it is."""
    lines = filled.read_bytes().splitlines(keepends=True)
    assert run("trace", TRACE, filled, "--json").stdout_bytes == b"".join(lines[:2])


def test_an_id_that_fits_several_traces_lists_them(run, filled):
    """The traces it could be are shown with their whole ids; exit code 1."""
    result = run("trace", "4bf92f35", filled)
    assert result.exit_code == 1
    assert TRACE in result.stdout
    assert NEAR in result.stdout
    assert OTHER not in result.stdout
    assert "2 traces begin with 4bf92f35" in result.stderr


def test_an_id_that_fits_none_says_where_it_was_sought(run, filled):
    """The message names the id and the journal; exit code 1."""
    result = run("trace", "beef", filled)
    assert result.exit_code == 1
    assert "beef" in result.stderr
    assert str(filled) in result.stderr


@pytest.mark.parametrize("wanted", ["4bf", "not-an-id", "4bf92f3577b34da6a3ce929d0e0e47360"])
def test_what_is_no_id_is_refused(run, wanted):
    """Too short, too long or not hexadecimal: one says what an id is; exit code 2."""
    result = run("trace", wanted)
    assert result.exit_code == 2
    assert "4 to 32 hexadecimal digits" in result.stderr


def test_without_an_id_the_recent_traces_are_listed(run, filled):
    """One line each, the most recent last, with root, records, errors and duration."""
    result = run("trace", filled)
    rows = [line.split() for line in result.stdout.splitlines()[1:]]
    assert [(row[0], row[3:5], " ".join(row[5:])) for row in rows] == [
        (TRACE, ["2", "0"], "GET /a"),
        (NEAR, ["1", "0"], "GET /near"),
        (OTHER, ["1", "1"], "failed"),
    ]
    assert rows[0][2] == "1.000s"


def test_the_list_can_be_short_and_recent(run, filled):
    """-n limits it, --since leaves out what is older, and having none to show is an error."""
    assert len(run("trace", filled, "-n", 1).stdout.splitlines()) == 2
    since = run("trace", filled, "--since", "2026-02-11T14:00:03Z").stdout
    assert NEAR in since
    assert TRACE not in since
    nothing = run("trace", filled, "--since", "10m")
    assert nothing.exit_code == 1
    assert "10m" in nothing.stderr


def test_json_needs_an_id(run, filled):
    """Lines of no trace in particular are what logcorr tail shows."""
    assert run("trace", filled, "--json").exit_code == 2


def test_a_missing_file_is_one_line_with_its_path(run, journal):
    """It says which path was tried; exit code 2."""
    result = run("trace", TRACE, journal)
    assert result.exit_code == 2
    assert str(journal) in result.stderr
    assert result.stderr.count("\n") == 1
