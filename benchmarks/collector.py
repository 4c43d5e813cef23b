"""A collector that counts: OTLP over gRPC, in a process of its own."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

_METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
_POLL_S = 0.05


class Collector:
    """A running collector; *port* 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        command = [sys.executable, __file__, str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._answer())

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self) -> int:
        """How many records have come."""
        assert self._process.stdin is not None
        self._process.stdin.write("count\n")
        self._process.stdin.flush()
        return int(self._answer())

    def wait_for(self, count: int, timeout_s: float) -> int:
        """How many records have come, as soon as there are *count*, or after *timeout_s*."""
        deadline = time.monotonic() + timeout_s
        while (found := self.count()) < count and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return found

    def stop(self) -> None:
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def main(port: str) -> None:
    import grpc
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    count = 0

    def export(payload: bytes, _: Any) -> bytes:
        nonlocal count
        request = ExportLogsServiceRequest.FromString(payload)
        scopes = [scope for resource in request.resource_logs for scope in resource.scope_logs]
        count += sum(len(scope.log_records) for scope in scopes)
        return b""

    class Door(grpc.GenericRpcHandler):
        def service(self, details: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(export) if details.method == _METHOD else None

    server = grpc.server(ThreadPoolExecutor(1), options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((Door(),))
    print(server.add_insecure_port(f"127.0.0.1:{port}"), flush=True)
    server.start()
    for _ in sys.stdin:
        print(count, flush=True)
    server.stop(0)


if __name__ == "__main__":
    main(sys.argv[1])
