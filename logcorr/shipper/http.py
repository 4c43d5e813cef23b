"""OTLP over HTTP, as protobuf."""

import gzip
import socket
import ssl
from base64 import b64encode
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from urllib.parse import unquote, urlsplit

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

from logcorr.otlp import Exporter
from logcorr.shipper.transport import Answer, Verdict, taken

# Something in the request itself. Other codes speak of the server or of the settings; the records wait.
_REFUSALS = frozenset({400, 413, 422})
_SUCCESSES = range(200, 300)
_MESSAGE_BYTES = 500


class HttpTransport:
    """Sends requests over one connection that is kept open."""

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter
        parts = urlsplit(exporter.url)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {
            "content-type": "application/x-protobuf",
            "user-agent": "logcorr",
            **exporter.headers,
        }
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["authorization"] = "Basic " + b64encode(pair.encode()).decode()
        if exporter.compression == "gzip":
            self._headers["content-encoding"] = "gzip"
        self._connection = _connection(exporter)
        self._is_late = False

    def send(self, payload: bytes) -> Answer:
        """Send one request."""
        if self._exporter.compression == "gzip":
            payload = gzip.compress(payload, 1)
        # The timeout of a socket begins anew with every byte that comes: a server could keep the shipper for ever.
        self._is_late = False
        deadline = Timer(self._exporter.timeout_s, self._hang_up)
        deadline.daemon = True
        deadline.start()
        try:
            return self._ask(payload)
        except (OSError, HTTPException) as error:
            self._connection.close()
            return Answer(Verdict.LATER, message=f"{type(error).__name__}: {error}")
        finally:
            deadline.cancel()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, payload: bytes) -> Answer:
        self._connection.request("POST", self._target, payload, self._headers)
        response = self._connection.getresponse()
        answer = _answer(response, response.read())
        if self._is_late:  # http.client takes the end of the connection for the end of the headers
            raise TimeoutError(f"no whole answer within {self._exporter.timeout_s:g} s")
        return answer

    def _hang_up(self) -> None:
        self._is_late = True
        connected = self._connection.sock
        try:
            if connected is not None:  # not the shutdown of TLS, which is not for two threads
                socket.socket.shutdown(connected, socket.SHUT_RDWR)
        except OSError:
            pass  # it is gone already


def _connection(exporter: Exporter) -> HTTPConnection:
    host, port = exporter.address
    if exporter.insecure:
        return HTTPConnection(host, port, timeout=exporter.timeout_s)
    context = ssl.create_default_context(cafile=exporter.certificate)
    if exporter.client_certificate:
        context.load_cert_chain(exporter.client_certificate, exporter.client_key)
    return HTTPSConnection(host, port, timeout=exporter.timeout_s, context=context)


def _answer(response: HTTPResponse, body: bytes) -> Answer:
    if response.status in _SUCCESSES:
        return taken(_parsed(body))
    message = f"HTTP {response.status}: {_printable(body)}"
    if response.status in _REFUSALS:
        return Answer(Verdict.REFUSED, message=message)
    return Answer(Verdict.LATER, message=message, retry_after_s=_retry_after(response))


def _parsed(body: bytes) -> ExportLogsServiceResponse:
    try:
        return ExportLogsServiceResponse.FromString(body)
    except DecodeError:
        return ExportLogsServiceResponse()  # a proxy's page, or JSON: taken all the same


def _retry_after(response: HTTPResponse) -> float | None:
    value = response.getheader("retry-after", "")
    return float(value) if value.isdecimal() else None


def _printable(body: bytes) -> str:
    text = body[:_MESSAGE_BYTES].decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text).strip()
