"""Settings: where each may come from, which wins, and what is said about one that cannot be."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from logcorr import ConfigError
from logcorr.config import Settings
from logcorr.levels import Levels
from logcorr.record import DEFAULT_CORRELATION_FIELDS
from tests.support.program import run_program

SETTINGS = [item.name for item in fields(Settings)]
# For each setting three values that are allowed and differ, as text: TOML < environment < keyword.
THREE: dict[str, tuple[str, str, str]] = {
    "service": ("a", "b", "c"), "version": ("1", "2", "3"), "environment": ("dev", "test", "prod"),
    "level": ("info", "debug", "error,a=info"), "file": ("/tmp/a.log", "/tmp/b.log", "/tmp/c.log"),
    "console": ("text", "json", "auto"), "otlp": ("true", "false", "true"),
    "endpoint": ("http://a:1", "http://b:2", "http://c:3"), "protocol": ("grpc", "http/protobuf", "grpc"),
    "ship": ("process", "external", "process"), "max_file_bytes": ("100_000", "200000", "300000"),
    "max_files": ("1", "2", "3"), "max_record_bytes": ("4096", "8192", "16384"),
    "correlation_fields": ("a,b", "c", "d,e"), "resource": ("a=1", "b=2", "c=3,d=4"),
    "otlp_body": ("json", "message", "json"), "shutdown_timeout": ("0", "1.5", "3"),
    "ids": ("w3c", "datadog,xray", "gcp"), "threads": ("true", "false", "true"),
    "native": ("false", "true", "false"),
    "propagators": ("b3", "xray,baggage", "tracecontext"), "baggage_fields": ("a,b", "c", "d,e"),
    "max_file_age_s": ("60", "3600", "86400"), "sync": ("never", "always", "never"),
    "mask_canary": ("canary-01", "canary-02", "canary-03"),
}  # fmt: skip
INVALID: dict[str, list[Any]] = {
    "service": ["", " ", "a/b", ".a", "..", 5, "a\x1b", "a\nb"],
    "version": ["", 1.0, "a\x00"],
    "environment": ["\t", 5, [], "a\x7f"],
    "level": ["loud", "app=", "info,app=loud", "", [], True, 1.5],
    "file": ["", 5, b"x", [], "/tmp"],
    "console": ["colour", True, "", 5],
    "otlp": ["maybe", 2, "", []],
    "endpoint": [
        "",
        "ftp://a",
        "http://",
        "://a",
        "http://h:port",
        "http://h:99999",
        "http://h:0",
        "http://[::1",
        5,
        "http:///x",
    ],
    "protocol": ["http/json", "GRPCS", "", True],
    "ship": ["thread", True, ""],
    "max_file_bytes": [0, -1, "much", 1.5, True, 65_535],
    "max_files": [0, -5, "x", False, None.__class__],
    "max_record_bytes": [4095, 0, "4k"],
    "masking": [True, "rules", 5, []],
    "correlation_fields": [5, "trace_id", ["message"], ["a", 5], "a,,b", {"a": 1}],
    "resource": ["a", "=b", "a=1,b", 5],
    "otlp_body": ["text", True],
    "shutdown_timeout": [-1, "soon", "nan", "inf", True, []],
    "ids": [5, "w4c", ["xray", 5], "xray,,gcp", {"xray": 1}, True],
    "threads": ["maybe", 2, "", []],
    "native": ["maybe", 2, "", []],
    "propagators": ["b4", 5, ["b3", 5], "b3,,jaeger", {"a": 1}],
    "baggage_fields": [5, "trace_id", ["message"], ["a", 5], "a,,b", {"a": 1}],
    "max_file_age_s": [-1, "daily", "nan", True],
    "sync": ["sometimes", True, 1],
    "mask_canary": ["short", 5, "two\nlines of it"],
}
# Of a list, the item that is not allowed is what is shown; a password is not.
SHOWN = {
    "'app='": "level=''", "'info,app=loud'": "'loud'", "['message']": "'message'", "['a', 5]": "=5", "'a,,b'": "=''",
    "['xray', 5]": "=5", "'xray,,gcp'": "=''",
    "['b3', 5]": "=5", "'b3,,jaeger'": "=''",
    "'://a'": "://a", "'http:///x'": "http:///x",
}  # fmt: skip


def load(
    keywords: dict[str, Any] | None = None, environ: dict[str, str] | None = None, *, at: Path
) -> Settings:
    """Settings with an environment and a directory of the test's own."""
    return Settings.load(keywords or {}, environ or {}, at)


def toml(directory: Path, **settings: Any) -> None:
    """A pyproject.toml with *settings*."""
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    (directory / "pyproject.toml").write_text("[tool.logcorr]\n" + "\n".join(lines))


@pytest.mark.parametrize("name", THREE)
def test_precedence(name: str, tmp_path: Path) -> None:
    """Keyword beats environment, environment beats pyproject.toml, which beats the default."""
    low, middle, high = THREE[name]
    variable = f"LOGCORR_{name.upper()}"

    def value(settings: Settings) -> Any:
        return getattr(settings, name)

    def alone(text: str) -> Any:
        return value(load({name: text}, at=tmp_path / "nowhere"))

    toml(tmp_path, **{name: low})
    assert value(load(at=tmp_path)) == alone(low)
    assert value(load(environ={variable: middle}, at=tmp_path)) == alone(middle)
    assert value(load({name: high}, {variable: middle}, at=tmp_path)) == alone(high)
    assert value(load({name: None}, {variable: "  "}, at=tmp_path)) == alone(low)


def test_every_setting_is_tested() -> None:
    """The tables above know every setting."""
    assert set(THREE) | {"masking"} == set(INVALID) == set(SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in INVALID.items() for value in values]
)
def test_invalid(name: str, value: Any, tmp_path: Path) -> None:
    """A value that is not allowed is refused, with its name, the value and what is allowed."""
    with pytest.raises(ConfigError) as caught:
        load({name: value}, at=tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{name}=")
    assert " is not valid: " in message
    assert len(message.partition(" is not valid: ")[2]) > 5
    shown = SHOWN.get(repr(value), repr(value))
    assert shown in message


@pytest.mark.parametrize("name", [name for name in INVALID if name != "masking"])
def test_invalid_in_the_environment(name: str, tmp_path: Path) -> None:
    """What is refused from the environment is named as its variable."""
    value = next(value for value in INVALID[name] if isinstance(value, str) and value.strip())
    with pytest.raises(ConfigError, match=f"^LOGCORR_{name.upper()}="):
        load(environ={f"LOGCORR_{name.upper()}": value}, at=tmp_path)


@pytest.mark.parametrize(
    ("keywords", "environ", "expected"),
    [
        ({"servcie": "x"}, {}, ["unknown setting 'servcie'", "did you mean 'service'?"]),
        ({"levels": "x"}, {}, ["'levels'", "'level'"]),
        ({"zzz": 1}, {}, ["unknown setting 'zzz'", "known: ", "max_record_bytes"]),
        ({}, {"LOGCORR_LEVLE": "x"}, ["unknown environment variable 'LOGCORR_LEVLE'", "'LOGCORR_LEVEL'"]),
        ({}, {"LOGCORR_": "x"}, ["unknown environment variable 'LOGCORR_'"]),
    ],
)
def test_unknown_names(
    keywords: dict[str, Any], environ: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    """A name that does not exist is refused with the nearest that does."""
    with pytest.raises(ConfigError) as caught:
        load(keywords, environ, at=tmp_path)
    assert all(part in str(caught.value) for part in expected)


def test_unknown_name_in_toml(tmp_path: Path) -> None:
    """So is one in pyproject.toml."""
    toml(tmp_path, protocoll="grpc")
    with pytest.raises(
        ConfigError, match=r"unknown setting in \[tool\.logcorr\] 'protocoll'; did you mean 'protocol'\?"
    ):
        load(at=tmp_path)


def test_toml_of_a_parent_directory(tmp_path: Path) -> None:
    """The pyproject.toml at or above the directory counts, the nearest only."""
    toml(tmp_path, service="above", max_files=3)
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert (load(at=inner).service, load(at=inner).max_files) == ("above", 3)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(at=inner).service == "toygres"


@pytest.mark.parametrize(
    "content", ["[tool.logcorr", "[tool.logcorr]\nservice = ", "# logcorr\n\x00", "[tool]\nlogcorr = 5"]
)
def test_malformed_toml(content: str, tmp_path: Path) -> None:
    """A pyproject.toml that cannot be read is refused with its path."""
    (tmp_path / "pyproject.toml").write_text(content)
    with pytest.raises(ConfigError, match=r"pyproject\.toml"):
        load(at=tmp_path)


@pytest.mark.parametrize("content", ["", "[tool]", "tool = 1", "[tool.other]\na = 1"])
def test_toml_without_settings(content: str, tmp_path: Path) -> None:
    """A pyproject.toml that says nothing about logcorr changes nothing."""
    (tmp_path / "pyproject.toml").write_text(content)
    assert load(at=tmp_path) == load(at=tmp_path / "nowhere")


def test_toml_types(tmp_path: Path) -> None:
    """TOML's own types are taken: booleans, numbers, lists, tables."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.logcorr]\nfile = false\nconsole = false\nmax_files = 4\nshutdown_timeout = 0.5\n"
        'correlation_fields = ["a"]\n[tool.logcorr.level]\n"" = "error"\n"app.db" = 10\n[tool.logcorr.resource]\nteam = "x"\n'
    )
    settings = load(at=tmp_path)
    assert (settings.file, settings.console, settings.max_files, settings.shutdown_timeout) == (
        False,
        False,
        4,
        0.5,
    )
    assert (settings.correlation_fields, dict(settings.resource)) == (("a",), {"team": "x"})
    assert settings.level == Levels.parse("level", "error,app.db=debug")


def test_defaults(tmp_path: Path) -> None:
    """With nothing given: the service toygres, INFO, the console and shipping on their own."""
    settings = load(at=tmp_path)
    assert (settings.service, settings.level.default, settings.console, settings.ship) == (
        "toygres",
        20,
        "auto",
        "process",
    )
    assert (settings.correlation_fields, settings.max_record_bytes) == (DEFAULT_CORRELATION_FIELDS, 131_072)


@pytest.mark.parametrize(
    ("environ", "name", "expected"),
    [
        ({"OTEL_SERVICE_NAME": "a"}, "service", "a"),
        ({"OTEL_SERVICE_NAME": "a", "LOGCORR_SERVICE": "b"}, "service", "b"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1"}, "endpoint", "http://a:1"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://b:2"},
            "endpoint",
            "http://b:2",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": ""},
            "endpoint",
            "http://a:1",
        ),
        (
            {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://b:2", "LOGCORR_ENDPOINT": "http://c:3"},
            "endpoint",
            "http://c:3",
        ),
        (
            {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": "http/protobuf"},
            "protocol",
            "http/protobuf",
        ),
        ({"OTEL_RESOURCE_ATTRIBUTES": "a=b%20c%2Cd, e = f=g ,"}, "resource", {"a": "b c,d", "e": "f=g"}),
        ({"OTEL_LOGS_EXPORTER": "none"}, "otlp", False),
        ({"OTEL_LOGS_EXPORTER": "none", "LOGCORR_OTLP": "true"}, "otlp", True),
        ({"OTEL_LOGS_EXPORTER": "otlp"}, "otlp", True),
        ({"LOGCORR_FILE": "false"}, "file", False),
        ({"LOGCORR_FILE": "true"}, "file", True),
        ({"LOGCORR_FILE": "/tmp/x.log"}, "file", Path("/tmp/x.log")),
        ({"LOGCORR_CONSOLE": "False"}, "console", False),
        ({"LOGCORR_ENDPOINT": "HTTPS://Collector:443/x"}, "endpoint", "https://Collector:443/x"),
        ({"LOGCORR_ENDPOINT": "collector:4317"}, "endpoint", "http://collector:4317"),
        (
            {"logcorr_level": "x", "XLOGCORR_Y": "1", "LOGCORR_SHIPPER": "1"},
            "level",
            Levels.parse("level", "info"),
        ),
    ],
    ids=str,
)
def test_environment(environ: dict[str, str], name: str, expected: Any, tmp_path: Path) -> None:
    """The variables of OpenTelemetry and of logcorr; the more specific one wins, an empty one is unset."""
    assert getattr(load(environ=environ, at=tmp_path), name) == expected


def test_no_secret_is_shown(tmp_path: Path) -> None:
    """A password in an endpoint is neither in the repr of the settings nor in the message that refuses it."""
    assert "hunter2" not in repr(load({"endpoint": "https://me:hunter2@collector:4317"}, at=tmp_path))
    for refused in (
        "ftp://me:hunter2@collector",
        "http://me:hunter2@collector:port",
        "me:hunter2@collector:port",
    ):
        with pytest.raises(ConfigError, match="collector") as caught:
            load({"endpoint": refused}, at=tmp_path)
        assert "hunter2" not in str(caught.value)


def test_settings_are_frozen(tmp_path: Path) -> None:
    """Settings cannot be changed, and equal ones are equal."""
    settings = load({"resource": {"a": "1"}}, at=tmp_path)
    with pytest.raises(AttributeError):
        settings.service = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        settings.resource["b"] = "2"  # type: ignore[index]
    assert settings == load({"resource": "a=1"}, at=tmp_path) != load(at=tmp_path)


def test_a_working_directory_that_was_removed(tmp_path: Path) -> None:
    """A process whose working directory is gone can be configured."""
    code = (
        "import os, logcorr\nos.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
        "logcorr.configure(console=False, otlp=False)\nassert logcorr.status().configured"
    )
    run_program(code, tmp_path)
