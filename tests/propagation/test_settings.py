"""The settings ``propagators`` and ``baggage_fields``: where they come from, and what is said about a wrong one."""

import sys
from pathlib import Path
from typing import Any

import pytest

from logcorr import ConfigError
from logcorr.config import Settings

EXTRAS = {"b3": "b3", "b3multi": "b3", "xray": "aws", "jaeger": "jaeger"}


def load(keywords: dict[str, Any], environ: dict[str, str] | None = None) -> Settings:
    return Settings.load(keywords, environ or {}, Path("/nowhere"))


@pytest.mark.parametrize(
    ("keywords", "environ", "expected"),
    [
        ({}, {}, ("tracecontext", "baggage")),
        ({}, {"OTEL_PROPAGATORS": " "}, ("tracecontext", "baggage")),
        ({}, {"OTEL_PROPAGATORS": "b3multi, baggage ,datadog"}, ("b3multi", "baggage", "datadog")),
        ({}, {"OTEL_PROPAGATORS": "b3", "LOGCORR_PROPAGATORS": "xray"}, ("xray",)),
        ({"propagators": ["jaeger"]}, {"OTEL_PROPAGATORS": "b3"}, ("jaeger",)),
        ({"propagators": "b3,tracecontext,b3"}, {}, ("b3", "tracecontext")),
        ({"propagators": "none"}, {}, ()),
        ({"propagators": ["b3", "none"]}, {}, ()),
        ({"propagators": []}, {}, ()),
    ],
)
def test_propagators(keywords: dict[str, Any], environ: dict[str, str], expected: tuple[str, ...]) -> None:
    """Keyword, own variable, OpenTelemetry's; several, each once; ``none`` is none; registered names are known."""
    assert load(keywords, environ).propagators == expected


def test_an_unknown_name() -> None:
    """It is refused with the value, what there is, and the nearest."""
    with pytest.raises(ConfigError) as caught:
        load({}, {"OTEL_PROPAGATORS": "tracecontext,b3mutli"})
    message = str(caught.value)
    assert message.startswith(
        "OTEL_PROPAGATORS='b3mutli' is not valid: one of 'tracecontext', 'baggage', 'b3'"
    )
    assert "'none'" in message
    assert "opentelemetry_propagator" in message
    assert message.endswith("did you mean 'b3multi'?")


@pytest.mark.parametrize("name", EXTRAS)
def test_a_package_that_is_missing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known name whose package is not there is refused with the command that installs it."""
    monkeypatch.setitem(sys.modules, f"opentelemetry.propagators.{EXTRAS[name]}", None)
    for module in ("b3", "xray", "jaeger"):
        monkeypatch.delitem(sys.modules, f"logcorr.propagation.{module}", raising=False)
    monkeypatch.delattr("logcorr.propagation.b3", raising=False)
    with pytest.raises(ConfigError) as caught:
        load({"propagators": name})
    assert str(caught.value).startswith(f"propagators='{name}' is not valid: its package is not installed")
    assert "pip install 'logcorr[propagators]'" in str(caught.value)


def register(monkeypatch: pytest.MonkeyPatch, site: Path, name: str, target: str) -> None:
    """Have a package installed that registers *target* as a propagator."""
    info = site / "third_party-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[opentelemetry_propagator]\n{name} = {target}\n")
    monkeypatch.syspath_prepend(str(site))


def test_a_registered_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A name that another package registers is known, as it is spelt there."""
    register(monkeypatch, tmp_path, "Theirs", "logcorr.propagation.datadog:DatadogPropagator")
    assert load({"propagators": ["Theirs", "baggage"]}).propagators == ("Theirs", "baggage")
    with pytest.raises(ConfigError, match="propagators='theirs' is not valid"):
        load({"propagators": ["theirs"]})


def test_a_registered_one_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A registered propagator that cannot be loaded is refused at start-up, and named."""
    register(monkeypatch, tmp_path, "broken", "no_such_module:Broken")
    said = "'broken' is not valid: no_such_module:Broken cannot be loaded: ModuleNotFound"
    with pytest.raises(ConfigError, match=said):
        load({"propagators": "broken"})


def test_baggage_fields() -> None:
    """None is all of the correlation fields; a list, from anywhere, is that list; a key of the record is no field."""
    assert load({}).baggage_fields is None
    assert load({}, {"LOGCORR_BAGGAGE_FIELDS": "runId, userId"}).baggage_fields == ("runId", "userId")
    assert load({"baggage_fields": []}).baggage_fields == ()
    with pytest.raises(ConfigError, match="baggage_fields='trace_id' is not valid"):
        load({"baggage_fields": ["trace_id"]})
