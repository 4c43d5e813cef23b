"""OTLP over gRPC."""

from pathlib import Path
from typing import Any

import grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

from logcorr.otlp import Exporter
from logcorr.shipper.retry_info import retry_delay_s
from logcorr.shipper.transport import Answer, Verdict, taken

_METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
# Something in the request itself: https://opentelemetry.io/docs/specs/otlp/#failures. Other codes that the
# specification calls final (no permission, no such service) speak of the settings, and INTERNAL is what a proxy
# says of a collector that dies; the records wait.
_REFUSALS = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.FAILED_PRECONDITION,
)
_DETAILS = "grpc-status-details-bin"


class GrpcTransport:
    """Sends requests over one gRPC channel."""

    def __init__(self, exporter: Exporter) -> None:
        self._timeout_s = exporter.timeout_s
        self._metadata = tuple(exporter.headers.items())
        compression = (
            grpc.Compression.Gzip if exporter.compression == "gzip" else grpc.Compression.NoCompression
        )
        self._channel = _channel(exporter, compression)
        self._export = self._channel.unary_unary(
            _METHOD, response_deserializer=ExportLogsServiceResponse.FromString
        )

    def send(self, payload: bytes) -> Answer:
        """Send one request."""
        try:
            return taken(self._export(payload, timeout=self._timeout_s, metadata=self._metadata))
        except grpc.RpcError as error:
            code = error.code()
            message = f"{code.name}: {error.details()}"
            pause = retry_delay_s(dict(error.trailing_metadata() or ()).get(_DETAILS, b""))
            wants_retry = code is grpc.StatusCode.RESOURCE_EXHAUSTED and pause is not None
            if code in _REFUSALS and not wants_retry:
                return Answer(Verdict.REFUSED, message=message)
            return Answer(Verdict.LATER, message=message, retry_after_s=pause)

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()


def _channel(exporter: Exporter, compression: Any) -> Any:
    host, port = exporter.address
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if exporter.insecure:
        return grpc.insecure_channel(target, compression=compression)
    credentials = grpc.ssl_channel_credentials(
        _read(exporter.certificate), _read(exporter.client_key), _read(exporter.client_certificate)
    )
    return grpc.secure_channel(target, credentials, compression=compression)


def _read(path: str | None) -> bytes | None:
    return Path(path).read_bytes() if path else None
