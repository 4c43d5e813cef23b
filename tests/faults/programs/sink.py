"""An OTLP/HTTP receiver that takes everything fast, and keeps of each record only its uid and its number."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

DELAY_S = float(sys.argv[2])
kept = open(sys.argv[1], "ab", buffering=0)  # noqa: PTH123  open as long as the process lives


def line(record):
    context = orjson.loads(record.body.string_value).get("context", {})
    uid = next(item.value.string_value for item in record.attributes if item.key == "log.record.uid")
    return f"{uid}\t{context.get('writer', '')}\t{context.get('number', -1)}\n".encode()


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        time.sleep(DELAY_S)
        request = ExportLogsServiceRequest.FromString(body)
        groups = (scope for resource in request.resource_logs for scope in resource.scope_logs)
        kept.write(b"".join(line(record) for scope in groups for record in scope.log_records))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
