"""Where records are exported to: the ``OTEL_EXPORTER_OTLP_*`` variables as their specification reads them."""

from pathlib import Path
from typing import Any

import pytest

from logcorr import ConfigError
from logcorr.config import Settings
from logcorr.otlp import Exporter

PREFIX = "OTEL_EXPORTER_OTLP_"


def exporter(keywords: dict[str, Any] | None = None, **variables: str) -> Exporter:
    """The exporter of *keywords* and variables named without their prefix."""
    environ = {PREFIX + name: value for name, value in variables.items()}
    return Exporter.load(Settings.load(keywords or {}, environ, Path("/nonexistent")), environ)


@pytest.mark.parametrize(
    ("variables", "protocol", "url"),
    [
        ({}, "grpc", "http://localhost:4317"),
        ({"PROTOCOL": "http/protobuf"}, "http/protobuf", "http://localhost:4318/v1/logs"),
        ({"ENDPOINT": "http://c:4317"}, "grpc", "http://c:4317"),
        ({"ENDPOINT": "http://c:4318"}, "http/protobuf", "http://c:4318/v1/logs"),
        ({"ENDPOINT": "http://c:4318/"}, "http/protobuf", "http://c:4318/v1/logs"),
        ({"ENDPOINT": "https://c/otlp"}, "http/protobuf", "https://c/otlp/v1/logs"),
        ({"ENDPOINT": "https://c/otlp//"}, "http/protobuf", "https://c/otlp/v1/logs"),
        ({"ENDPOINT": "https://c:4318/p?token=t"}, "http/protobuf", "https://c:4318/p/v1/logs?token=t"),
        ({"LOGS_ENDPOINT": "http://c:4318/own"}, "http/protobuf", "http://c:4318/own"),
        ({"LOGS_ENDPOINT": " http://c:4318/own "}, "http/protobuf", "http://c:4318/own"),
        ({"LOGS_ENDPOINT": "c:4318/own"}, "http/protobuf", "http://c:4318/own"),
        ({"LOGS_ENDPOINT": "http://c:4318/"}, "http/protobuf", "http://c:4318/"),
        (
            {"ENDPOINT": "http://a:4318", "LOGS_ENDPOINT": "http://b:4318/x"},
            "http/protobuf",
            "http://b:4318/x",
        ),
        (
            {"ENDPOINT": "http://c:9999", "LOGS_PROTOCOL": "http/protobuf", "PROTOCOL": "grpc"},
            "http/protobuf",
            "http://c:9999/v1/logs",
        ),
        ({"ENDPOINT": "http://c:4318", "PROTOCOL": "grpc"}, "grpc", "http://c:4318"),
        ({"ENDPOINT": "https://c:4317"}, "grpc", "https://c:4317"),
        ({"ENDPOINT": "c:4317"}, "grpc", "http://c:4317"),
    ],
    ids=str,
)
def test_url(variables: dict[str, str], protocol: str, url: str) -> None:
    """A general endpoint is a base that the path is added to, one for logs is taken as it is."""
    found = exporter(**variables)
    assert (found.protocol, found.url) == (protocol, url)
    assert found.insecure == url.startswith("http://")
    assert found.configured == any("ENDPOINT" in name for name in variables)


def test_keyword_is_a_base() -> None:
    """An endpoint given in code wins over the variables and is a base."""
    found = exporter({"endpoint": "http://k:4318"}, LOGS_ENDPOINT="http://e:4318/x", ENDPOINT="http://f:1")
    assert found.url == "http://k:4318/v1/logs"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://c:4317", ("c", 4317)),
        ("https://c", ("c", 4317)),
        ("https://c/x", ("c", 443)),
        ("http://c/x", ("c", 80)),
        ("http://[::1]:4317", ("::1", 4317)),
        ("http://u:p@c:5", ("c", 5)),
    ],
)
def test_address(url: str, address: tuple[str, int]) -> None:
    """Host and port to connect to, with the protocol's own port where there is none."""
    assert exporter(ENDPOINT=url).address == address


@pytest.mark.parametrize(
    ("variables", "headers"),
    [
        ({}, {}),
        ({"HEADERS": ""}, {}),
        ({"HEADERS": "a=1,b=2"}, {"a": "1", "b": "2"}),
        ({"HEADERS": " Api-Key = secret , x=a=b== ,"}, {"api-key": "secret", "x": "a=b=="}),
        ({"HEADERS": "authorization=Bearer%20a%2Cb,x%2Dy=%25"}, {"authorization": "Bearer a,b", "x-y": "%"}),
        ({"HEADERS": "a=1", "LOGS_HEADERS": "b=2"}, {"b": "2"}),
        ({"HEADERS": "a=1", "LOGS_HEADERS": " "}, {"a": "1"}),
        ({"HEADERS": "a="}, {"a": ""}),
    ],
    ids=str,
)
def test_headers(variables: dict[str, str], headers: dict[str, str]) -> None:
    """Pairs with percent-encoded values; names in any case; those for logs replace the general ones."""
    assert exporter(**variables).headers == headers


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({}, 10),
        ({"TIMEOUT": "2500"}, 2.5),
        ({"TIMEOUT": "1", "LOGS_TIMEOUT": "7000"}, 7),
        ({"TIMEOUT": "5", "LOGS_TIMEOUT": " "}, 0.005),
    ],
)
def test_timeout(variables: dict[str, str], seconds: float) -> None:
    """Milliseconds, ten seconds unless given."""
    assert exporter(**variables).timeout_s == seconds


@pytest.mark.parametrize("name", ["CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY", "COMPRESSION"])
def test_signal_beats_general(name: str) -> None:
    """Each variable for logs wins over the general one, which wins over nothing."""
    attribute = name.lower()
    values = ("gzip", "none") if name == "COMPRESSION" else ("/a", "/b")
    assert getattr(exporter(), attribute) == ("none" if name == "COMPRESSION" else None)
    assert getattr(exporter(**{name: values[0]}), attribute) == values[0]
    assert getattr(exporter(**{name: values[0], f"LOGS_{name}": values[1]}), attribute) == values[1]
    assert getattr(exporter(**{name: values[0], f"LOGS_{name}": ""}), attribute) == values[0]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TIMEOUT", "soon"), ("TIMEOUT", "0"), ("LOGS_TIMEOUT", "-5"), ("LOGS_TIMEOUT", "1.5"), ("COMPRESSION", "zip"),
        ("LOGS_COMPRESSION", "br"), ("PROTOCOL", "http/json"), ("LOGS_PROTOCOL", "udp"), ("ENDPOINT", "ftp://x"),
        ("LOGS_ENDPOINT", "http://h:port"),
    ],
)  # fmt: skip
def test_invalid(variable: str, value: str) -> None:
    """A value that is not allowed is refused with the name of the variable it is in, and the value."""
    with pytest.raises(ConfigError) as caught:
        exporter(**{variable: value})
    assert str(caught.value).startswith(f"{PREFIX}{variable}={value!r} is not valid: ")


@pytest.mark.parametrize("variable", ["HEADERS", "LOGS_HEADERS"])
@pytest.mark.parametrize(
    "value", ["hunter2", "a=1,hunter2", "=hunter2", "a=hunter2%0D%0A", "a%20b=hunter2", "a=hunter2%C3%A9"]
)
def test_invalid_headers_are_not_repeated(variable: str, value: str) -> None:
    """Headers that cannot be read are refused without a word of them."""
    with pytest.raises(ConfigError, match=PREFIX + variable) as caught:
        exporter(**{variable: value})
    assert "hunter2" not in str(caught.value)


def test_no_secret_in_repr() -> None:
    """Neither headers nor credentials of the URL are shown."""
    found = exporter(HEADERS="authorization=hunter2", ENDPOINT="https://me:hunter2@c:4318/p?token=hunter2")
    assert "hunter2" not in repr(found)
    assert "hunter2" not in found.url_without_credentials
    assert found.url_without_credentials.startswith("https://c:4318/p")
