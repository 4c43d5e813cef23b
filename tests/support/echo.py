"""A gRPC server that knows nothing of logcorr, and what a client wrote of its calls to it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from tests.support.servers import wait_until

Record = dict[str, Any]


def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
    """What came in the metadata, or what the request asks for."""
    if request == b"fail":
        context.abort(grpc.StatusCode.NOT_FOUND, "as asked")
    metadata = [
        (key, list(value) if isinstance(value, bytes) else value)
        for key, value in context.invocation_metadata()
    ]
    return json.dumps(metadata).encode()


def answers(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
    """As ``answer``, and without an end where the request says so."""
    yield answer(request, context)
    while request == b"forever":
        yield b"more"


@contextmanager
def echo() -> Iterator[str]:
    """The address of a server in this process that answers each call with the metadata that came."""
    handlers = {
        "unary_unary": grpc.unary_unary_rpc_method_handler(answer),
        "unary_stream": grpc.unary_stream_rpc_method_handler(answers),
        "stream_unary": grpc.stream_unary_rpc_method_handler(
            lambda all_, c: [answer(one, c) for one in all_][-1]
        ),
        "stream_stream": grpc.stream_stream_rpc_method_handler(
            lambda all_, c: (answer(one, c) for one in all_)
        ),
    }
    server = grpc.server(
        ThreadPoolExecutor(4), [grpc.method_handlers_generic_handler("test.Service", handlers)]
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


def of_client(found: list[Record], count: int = 1) -> list[Record]:
    """The records of calls, which are made when grpc has done with the call, perhaps in a thread of its own."""

    def enough() -> list[Record]:
        mine = [record for record in found if record["component"] == "logcorr.client"]
        return mine if len(mine) >= count else []

    return wait_until(enough)
