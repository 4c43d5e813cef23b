"""An OTLP logs receiver for a laptop and for tests: gRPC and HTTP on loopback, every record to a file.

It refuses what Loki refuses, and answers errors on request, so that a sender can be tried against both.
"""

import argparse
import http.server
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import grpc
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import (
    LogsServiceServicer,
    add_LogsServiceServicer_to_server,
)

from records import JSON, PROTOBUF, Delivery, RecordFile, check_ids, parse, readable_headers, rpc_status
from rules import MAX_MESSAGE_BYTES, Answer, LokiRules, Verdict, accept_all

HOST = "127.0.0.1"
COLLECTOR_PATH, LOKI_PATH = "/v1/logs", "/otlp/v1/logs"
HTTP_PROTOCOLS = {PROTOBUF: "http/protobuf", JSON: "http/json"}
RETRY_AFTER_S = 1
STOP_GRACE_S = 0.2
# Trailing metadata of gRPC is limited to 8 KiB, Loki's messages are not.
MAX_GRPC_MESSAGE = 1_000
GRPC_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.UNIMPLEMENTED,
    413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    422: grpc.StatusCode.INVALID_ARGUMENT,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    500: grpc.StatusCode.INTERNAL,
    502: grpc.StatusCode.UNAVAILABLE,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.UNAVAILABLE,
}


@dataclass
class Fault:
    """An error to answer instead of taking a request: for the next `left` requests, or for all (None)."""

    status: int
    left: int | None

    @classmethod
    def parse(cls, text: str) -> "Fault":
        code, _, count = text.partition(":")
        if not code.isdigit() or int(code) not in GRPC_CODES or not (count.isdigit() or count == ""):
            allowed = ", ".join(str(code) for code in GRPC_CODES)
            raise argparse.ArgumentTypeError(f"{text!r} is not CODE[:COUNT]; CODE is one of {allowed}")
        return cls(int(code), int(count) if count else None)


class Intake:
    """What both doors hand requests to: faults first, then the rules, then the file."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.file = RecordFile(options.directory / "records.jsonl")
        self.requests = self.records = 0
        self._judge: Callable[[ExportLogsServiceRequest], Verdict]
        self._judge = LokiRules().judge if options.rules == "loki" else accept_all
        self._faults: list[Fault] = options.fail
        self._reject_next: int = options.partial
        self._lock = threading.Lock()

    def take(
        self, read: Callable[[], ExportLogsServiceRequest], delivery: Delivery, partial: bool = True
    ) -> Answer:
        """The answer to a request, whose accepted records are in the file by then."""
        with self._lock:
            self.requests += 1
            answer = self._fault() or self._store(read, delivery, partial)
        if answer.status != 200 or answer.rejected:
            print(f"{delivery.protocol}: {answer.status} {answer.message}", file=sys.stderr, flush=True)
        return answer

    def close(self) -> None:
        """Ends between two requests, never inside of a write."""
        with self._lock:
            self.file.close()

    def _fault(self) -> Answer | None:
        while self._faults and self._faults[0].left == 0:
            self._faults.pop(0)
        if not self._faults:
            return None
        fault = self._faults[0]
        if fault.left is not None:
            fault.left -= 1
        retry_after_s = RETRY_AFTER_S if fault.status == 429 else None
        return Answer(fault.status, f"fault injected by --fail {fault.status}", retry_after_s=retry_after_s)

    def _store(
        self, read: Callable[[], ExportLogsServiceRequest], delivery: Delivery, partial: bool
    ) -> Answer:
        try:
            request = read()
            check_ids(request)
        except ValueError as error:
            return Answer(400, str(error))
        accepted, answer = self._judge(request)
        if partial and self._reject_next and answer.status == 200:
            rejected, self._reject_next = self._reject_next, 0
            accepted = accepted[: max(0, len(accepted) - rejected)]
            answer = replace(answer, rejected=rejected, message=f"{rejected} records rejected by --partial")
        try:
            self.records += self.file.append(accepted, delivery)
        except OSError as error:
            return Answer(503, f"cannot write {self.file.path}: {error}")
        return answer


class GrpcDoor(LogsServiceServicer):
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def Export(  # noqa: N802 - the name is the protocol's
        self, request: ExportLogsServiceRequest, context: grpc.ServicerContext
    ) -> ExportLogsServiceResponse:
        delivery = Delivery("grpc", readable_headers(context.invocation_metadata()))
        answer = self._intake.take(lambda: request, delivery)
        if answer.status == 200:
            return _response(answer)
        code = grpc.StatusCode.RESOURCE_EXHAUSTED if answer.too_large else GRPC_CODES[answer.status]
        message = answer.message[:MAX_GRPC_MESSAGE]
        if answer.retry_after_s is not None:
            details = rpc_status(message, code=code.value[0], retry_after_s=answer.retry_after_s)
            context.set_trailing_metadata((("grpc-status-details-bin", details),))
        context.abort(code, message)
        raise AssertionError("abort() raises")


class HttpDoor(http.server.ThreadingHTTPServer):
    daemon_threads = True  # a connection that stays open must not keep the process
    request_queue_size = 128

    def __init__(self, port: int, intake: Intake) -> None:
        self.intake = intake
        super().__init__((HOST, port), HttpRequest)

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that goes away is no news; anything else is a defect and gets its traceback.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class HttpRequest(http.server.BaseHTTPRequestHandler):
    server: HttpDoor
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != "/health":
            self._send(404, "text/plain", b"not found\n")
            return
        intake = self.server.intake
        health = {"status": "ok", "requests": intake.requests, "records": intake.records}
        self._send(200, JSON, json.dumps(health).encode())

    def do_POST(self) -> None:
        if not self.headers.get("content-length", "").isdigit():
            self.close_connection = True
            self._send(411, "text/plain", b"a request needs a Content-Length\n")
            return
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path not in {COLLECTOR_PATH, LOKI_PATH}:
            self._send(404, "text/plain", b"not found\n")
            return
        content_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        encoding = self.headers.get("content-encoding", "").strip().lower()
        delivery = Delivery(HTTP_PROTOCOLS.get(content_type, "http"), readable_headers(self.headers.items()))
        answer = self.server.intake.take(
            lambda: parse(body, content_type, encoding), delivery, partial=self.path == COLLECTOR_PATH
        )
        self._answer(answer, as_json=content_type == JSON)

    def _answer(self, answer: Answer, as_json: bool) -> None:
        retry = {} if answer.retry_after_s is None else {"Retry-After": str(answer.retry_after_s)}
        if self.path == LOKI_PATH:
            if answer.status == 200:
                self._send(204)
            else:
                self._send(answer.status, "application/octet-stream", rpc_status(answer.message), retry)
        elif answer.status == 200:
            response = _response(answer)
            as_text = json_format.MessageToJson(response, indent=None).encode()
            self._send(200, *((JSON, as_text) if as_json else (PROTOBUF, response.SerializeToString())))
        elif as_json:
            self._send(answer.status, JSON, json.dumps({"message": answer.message}).encode(), retry)
        else:
            self._send(answer.status, PROTOBUF, rpc_status(answer.message), retry)

    def _send(
        self, status: int, content_type: str = "", body: bytes = b"", more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        """Says nothing: the intake reports what was refused."""


def _response(answer: Answer) -> ExportLogsServiceResponse:
    if not answer.rejected:
        return ExportLogsServiceResponse()
    partial = ExportLogsPartialSuccess(rejected_log_records=answer.rejected, error_message=answer.message)
    return ExportLogsServiceResponse(partial_success=partial)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Receive OTLP logs on loopback and write them to a file.")
    parser.add_argument("--directory", type=Path, required=True, help="where records.jsonl is written")
    parser.add_argument("--grpc-port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--http-port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--rules", choices=("loki", "none"), default="loki", help="what to refuse")
    parser.add_argument(
        "--fail",
        type=Fault.parse,
        action="append",
        default=[],
        metavar="CODE[:COUNT]",
        help="answer an error",
    )
    parser.add_argument("--partial", type=int, default=0, metavar="N", help="reject N records, once")
    return parser.parse_args()


def _grpc_server(options: argparse.Namespace, intake: Intake) -> tuple[grpc.Server, int]:
    limit = MAX_MESSAGE_BYTES if options.rules == "loki" else -1
    # Without so_reuseport=0 two receivers would share a port in silence.
    settings = (("grpc.max_receive_message_length", limit), ("grpc.so_reuseport", 0))
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=settings)
    add_LogsServiceServicer_to_server(GrpcDoor(intake), server)
    return server, server.add_insecure_port(f"{HOST}:{options.grpc_port}")


def main() -> None:
    options = _options()
    # Blocked before the first thread starts, so that every thread inherits it and sigwait() alone gets them.
    stop_signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals)
    try:
        intake = Intake(options)
        web = HttpDoor(options.http_port, intake)
        rpc, grpc_port = _grpc_server(options, intake)
    except (OSError, RuntimeError) as error:
        sys.exit(f"cannot start (gRPC port {options.grpc_port}, HTTP port {options.http_port}): {error}")
    rpc.start()
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    ports = {"grpc_port": grpc_port, "http_port": web.server_port}
    print(json.dumps({**ports, "pid": os.getpid(), "records": str(intake.file.path)}), flush=True)
    signal.sigwait(stop_signals)
    web.shutdown()
    rpc.stop(STOP_GRACE_S).wait()
    intake.close()


if __name__ == "__main__":
    main()
