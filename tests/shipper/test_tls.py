"""TLS: a collector whose certificate an authority of one's own has signed, with and without a client's certificate."""

import ssl
import subprocess

import pytest

from tests.shipper.helpers import LOG, Relay, messages, until

EXTENSIONS = "subjectAltName=DNS:localhost,IP:127.0.0.1"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and certificates of a server and of a client that it has signed."""
    directory = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl(*new, "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority")
    for name in ("server", "client"):
        openssl(*new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (directory / "extensions").write_text(EXTENSIONS)
        signed = (
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "extensions",
        )
        openssl("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", *signed)
    return directory


@pytest.fixture
def tls(certificates, collector):
    """A door of the collector that speaks TLS."""
    opened = []

    def tls(protocol, *, wants_client=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
        if wants_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(certificates / "ca.pem")
        if protocol == "grpc":
            context.set_alpn_protocols(["h2"])
        opened.append(Relay(collector.grpc_port if protocol == "grpc" else collector.http_port, context))
        return f"https://localhost:{opened[-1].port}"

    yield tls
    for relay in opened:
        relay.close()


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
@pytest.mark.parametrize("wants_client", [False, True], ids=["", "mutual"])
def test_records_arrive_through_tls(tls, certificates, collector, service, protocol, wants_client):
    """With OTEL_EXPORTER_OTLP_CERTIFICATE, and CLIENT_CERTIFICATE and CLIENT_KEY where the server asks for them."""
    variables = {
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_EXPORTER_OTLP_CERTIFICATE": certificates / "ca.pem",
    }
    if wants_client:
        variables["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"] = certificates / "client.pem"
        variables["OTEL_EXPORTER_OTLP_CLIENT_KEY"] = certificates / "client.key"
    toygres = service(
        tls(protocol, wants_client=wants_client), **{key: str(value) for key, value in variables.items()}
    )
    toygres.run(LOG + "log(5)")
    assert messages(toygres.arrived(collector, 5)) == [f"message {number}" for number in range(5)]


def test_a_relative_certificate_is_found(tls, certificates, collector, service):
    """Relative to where the application was started, although the shipper leaves that directory."""
    toygres = service(tls("grpc"), OTEL_EXPORTER_OTLP_CERTIFICATE="ca.pem")
    toygres.home.mkdir()
    (toygres.home / "ca.pem").write_bytes((certificates / "ca.pem").read_bytes())
    toygres.run(LOG + "log(5)")
    toygres.arrived(collector, 5)


@pytest.mark.parametrize("protocol", ["grpc", "http/protobuf"])
def test_a_certificate_of_an_unknown_authority_is_refused(tls, collector, service, protocol):
    """No record leaves; they wait, and the checkpoint says why."""
    toygres = service(tls(protocol), OTEL_EXPORTER_OTLP_PROTOCOL=protocol)
    toygres.run(LOG + "log(5)")
    until(lambda: toygres.checkpoint().state == "unreachable")
    assert (
        "certificate" in toygres.checkpoint().error.lower()
        or "handshake" in toygres.checkpoint().error.lower()
    )
    assert toygres.received(collector) == []
    assert toygres.checkpoint().offset == 0


def test_a_certificate_that_does_not_exist_is_told(tls, collector, service):
    """The application runs on, the records wait, and somebody is told why."""
    toygres = service(tls("grpc"), OTEL_EXPORTER_OTLP_CERTIFICATE="/nowhere/ca.pem")
    code = LOG + "log(5); print(logcorr.flush(0)); sys.stdin.readline(); print(logcorr.status().error)"
    app = toygres.start(code)
    assert app.stdout.readline() == "False\n"
    until(lambda: toygres.checkpoint().error)
    assert "/nowhere/ca.pem" in app.communicate("\n", timeout=30)[0]
    assert len(toygres.records()) == 5
