import json

import pytest
from click.testing import CliRunner

from logcorr.cli import cli

RECORD = {
    "timestamp": "2026-02-11T14:25:30.123456Z",
    "level": "INFO",
    "component": "app",
    "message": "token=tok_9f3c1ab04d7e5a10 of ann@example.com",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "tenantId": "bob@example.com",
    "context": {"password": "hunter2", "ann@example.com": 1, "body": '{"api_key": "x"}', "n": [{"pin": 5}]},
    "exception": {"type": "ValueError", "module": "builtins", "message": "no ann@example.com"},
    "service": "web",
    "pid": 1,
    "seq": 1,
}


@pytest.fixture
def masked(tmp_path, monkeypatch):
    """What the command makes of lines."""
    monkeypatch.chdir(tmp_path)

    def run(*lines, options=(), environ=None):
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        return CliRunner().invoke(cli, ["mask", *options], input=text, env=environ)

    return run


def test_records(masked):
    """A record is masked by the policy of its own level; what is the record's own stays."""
    made = json.loads(masked(RECORD).stdout)
    assert made["message"] == "token=[SECRET] of ann@example.com"
    assert made["context"] == {
        "password": "[SECRET]",
        "ann@example.com": 1,
        "body": '{"api_key":"[SECRET]"}',
        "n": [{"pin": "[SECRET]"}],
    }
    assert made["exception"]["message"] == "no [EMAIL]"
    assert {key: made[key] for key in ("timestamp", "trace_id", "tenantId", "component", "seq")} == {
        key: RECORD[key] for key in ("timestamp", "trace_id", "tenantId", "component", "seq")
    }
    debug = json.loads(masked(RECORD, options=["--level", "debug"]).stdout)
    assert (debug["message"], debug["tenantId"]) == ("token=[SECRET] of [EMAIL]", "[EMAIL]")


def test_texts_and_other_json(masked):
    """Any other line is a value, or else a text, masked as at DEBUG."""
    result = masked("mail to ann@example.com", '["password", "x"]', "{broken password=abc1", "")
    assert result.stdout.splitlines() == [
        "mail to [EMAIL]",
        '["password","[SECRET]"]',
        "{broken password=[SECRET]",
        "",
    ]


def test_explain(masked):
    """Every place and rule is named, and no value, masked or not."""
    result = masked(RECORD, "mail ann@example.com", options=["--explain"])
    assert result.stdout.splitlines() == [
        "message\tSECRET",
        "context.password\tSECRET",
        "context.body\tSECRET",
        "context.n.0.pin\tSECRET",
        "exception.message\tEMAIL",
        ".\tEMAIL",
    ]
    debug = masked(RECORD, options=["--explain", "--level", "debug"])
    assert "context.[EMAIL]\tEMAIL" in debug.stdout
    for value in ("hunter2", "tok_9f3c", "ann@", "bob@"):
        assert value not in result.stdout + debug.stdout


@pytest.mark.parametrize("style", ["drop", "partial", "pseudonym"])
def test_explain_whatever_the_style(masked, style):
    """What goes is named also where its place would show nothing, or a part."""
    policy = {
        "pii": {"INFO+": style},
        "exceptions": style,
        "entities": {"CARD": style},
        "rules": [{"name": "VOUCHER", "pattern": "VCH-[0-9]{8}", "style": "drop"}],
    }
    line = "ann@example.com 4111 1111 1111 1111 VCH-12345678"
    result = masked(
        line, options=["--explain", "--level", "info"], environ={"LOGCORR_MASKING": json.dumps(policy)}
    )
    assert result.stdout.splitlines() == [".\tEMAIL", ".\tCARD", ".\tVOUCHER"]


def test_a_policy_that_cannot_be(masked):
    """It is refused in one line."""
    result = masked("x", environ={"LOGCORR_MASKING": '{"ppi": 1}'})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: unknown masking setting 'ppi'")
    result = masked("x", options=["--level", "loud"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: --level='loud' is not valid" in result.stderr
