import sys
from importlib.metadata import PackageNotFoundError, version

import pytest

from logcorr.__main__ import main


def test_the_version_is_shown(run):
    """It is that of the installed package; from a source tree it says so instead."""
    result = run("--version")
    assert result.exit_code == 0
    try:
        expected = f"logcorr {version('logcorr')}\n"
    except PackageNotFoundError:
        expected = "logcorr, run from its source without being installed\n"
    assert result.stdout == expected


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_a_missing_extra_is_named_with_its_remedy(monkeypatch, missing):
    """Without click or rich the command says in one line what to install."""
    for name in list(sys.modules):
        if name.partition(".")[0] == missing or name.startswith(("logcorr.cli", "logcorr.viewer")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert "pip install 'logcorr[cli]'" in str(ended.value)
    assert missing in str(ended.value)
    assert "\n" not in str(ended.value)


def test_the_module_runs_as_a_command(start):
    """`python -m logcorr` calls itself logcorr."""
    output, _ = start("--help").communicate(timeout=20)
    assert output.startswith(b"Usage: logcorr ")
    assert all(name in output for name in (b"tail", b"trace", b"ship"))


@pytest.mark.parametrize("group", [[], ["pseudonym"]], ids=["logcorr", "pseudonym"])
def test_what_a_command_does_is_listed_whole(monkeypatch, run, group):
    """The list of commands cuts no sentence short, on a terminal of the usual width."""
    monkeypatch.setenv("COLUMNS", "80")
    listed = run(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert listed
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)
