import logcorr.shipper


def test_ship_runs_the_shipper_in_the_foreground(run, journal, monkeypatch):
    """The journal and every other option are passed on, and the exit code is the shipper's."""
    given = []
    monkeypatch.setattr(logcorr.shipper, "main", lambda argv: given.append(argv) or 3, raising=False)
    result = run("ship", "--journal", journal, "--endpoint", "http://localhost:4317")
    assert result.exit_code == 3
    assert given == [["--foreground", "--journal", str(journal), "--endpoint", "http://localhost:4317"]]


def test_ship_takes_the_configured_journal(run, journal, monkeypatch):
    """Without --journal it is the one that LOGCORR_FILE names, whether it exists yet or not."""
    given = []
    monkeypatch.setattr(logcorr.shipper, "main", lambda argv: given.append(argv) or 0, raising=False)
    monkeypatch.setenv("LOGCORR_FILE", str(journal))
    assert run("ship").exit_code == 0
    assert given == [["--foreground", "--journal", str(journal)]]
