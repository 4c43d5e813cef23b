import logcorr.shipper


def test_ship_runs_the_shipper_in_the_foreground(run, journal, monkeypatch):
    """The journal is passed on, and the exit code is the shipper's."""
    given = []
    monkeypatch.setattr(logcorr.shipper, "main", lambda argv: given.append(argv) or 3, raising=False)
    journal.touch()
    result = run("ship", "--journal", journal)
    assert (result.exit_code, result.stderr) == (3, "")
    assert given == [["--foreground", "--journal", str(journal)]]


def test_ship_takes_the_configured_journal(run, journal, monkeypatch):
    """Without --journal it is the one that LOGCORR_FILE names, whether it exists yet or not."""
    given = []
    monkeypatch.setattr(logcorr.shipper, "main", lambda argv: given.append(argv) or 0, raising=False)
    monkeypatch.setenv("LOGCORR_FILE", str(journal))
    assert run("ship").exit_code == 0
    assert given == [["--foreground", "--journal", str(journal)]]


def test_a_journal_that_is_not_there_is_waited_for(run, journal, monkeypatch):
    """A name that is written wrong is seen: it says which file it waits for."""
    monkeypatch.setattr(logcorr.shipper, "main", lambda _: 0, raising=False)
    assert run("ship", "--journal", journal).stderr == f"{journal} does not exist yet, waiting for it\n"


def test_what_cannot_be_shipped(run, monkeypatch):
    """An option that there is not, a setting that cannot be used, no journal: each is one line and exit code 2."""
    monkeypatch.setattr(logcorr.shipper, "main", lambda _: 0, raising=False)
    assert "No such option" in run("ship", "--nonsense").stderr
    for variables, said in (
        (
            {"LOGCORR_FILE": "false", "LOGCORR_OTLP": "false"},
            "Error: no journal is configured (file=False); name",
        ),
        ({"LOGCORR_LEVEL": "loud"}, "Error: LOGCORR_LEVEL='loud' is not valid"),
    ):
        with monkeypatch.context() as environment:
            for name, value in variables.items():
                environment.setenv(name, value)
            result = run("ship")
        assert result.exit_code == 2
        assert result.stderr.startswith(said)
        assert result.stderr.count("\n") == 1
