import json
import logging

import pytest
from click.testing import CliRunner

from logcorr import JsonFormatter, Masking
from logcorr.cli import cli

NEW, OLD = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
KEYS = {"k2": NEW, "k1": OLD}


@pytest.fixture
def find(tmp_path, monkeypatch):
    """Runs the command with keys."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, keys=KEYS):
        environ = {"LOGCORR_MASKING": json.dumps({"pseudonym_keys": keys})}
        return CliRunner().invoke(cli, ["pseudonym", "find", *arguments], env=environ)

    return run


def written(text, keys):
    """What stands in a line for *text*, while the first of *keys* is in use."""
    formatter = JsonFormatter(masking=Masking(pii={"DEBUG": "pseudonym"}, pseudonym_keys=keys))
    record = logging.LogRecord("app", 10, __file__, 1, text, (), None)
    return json.loads(formatter.format(record))["message"]


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "4111 1111 1111 1111",
        "+49 151 23456789",
        "93.184.216.34",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_what_somebody_is_called(find, text):
    """The pseudonyms under every key, the one in use and those before it, as they stand in the journals."""
    result = find(text)
    assert result.exit_code == 0
    found = result.stdout.splitlines()
    assert written(text, KEYS) in found
    assert written(text, {"k1": OLD}) in found


def test_a_kind_can_be_named(find):
    """With --entity there is one pseudonym a key; however the value is written it is the same."""
    assert len(find("Ann Lee", "--entity", "name").stdout.splitlines()) == 2
    assert find("ANN@Example.com").stdout == find("ann@example.com", "--entity", "EMAIL").stdout


def test_a_key_that_is_gone(find):
    """What was written under it is found no more."""
    assert find("ann@example.com", keys={"k2": NEW}).stdout.splitlines() == [written("ann@example.com", KEYS)]


def test_without_keys(find):
    """There are no pseudonyms: it says so, and where to give a key."""
    result = find("ann@example.com", keys={})
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no pseudonym key is configured" in result.stderr
    assert "LOGCORR_MASKING" in result.stderr


def test_a_key_that_cannot_be(find):
    """It is refused in one line."""
    result = find("ann@example.com", keys={"k2": "short"})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: the pseudonym key 'k2' is too short")


def test_no_key_is_shown(find):
    """Neither in what is printed nor in what is refused."""
    for result in (
        find("ann@example.com"),
        find("ann@example.com", keys={"k1": OLD[:20]}),
        find("x", keys={OLD: "k1"}),
    ):
        assert OLD[:16] not in result.output
        assert NEW[:16] not in result.output
