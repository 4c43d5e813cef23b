"""A gRPC service without protoc, on grpc or on grpc.aio: ``python grpc_app.py sync|aio|mixed PORT``.

What a request says, its handler does: ``bind``, ``fail``, ``abort``, ``wait`` and so on. ``mixed`` has the handlers
of grpc on a server of grpc.aio.
"""

import asyncio
import logging
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import grpc.aio

import logcorr
from logcorr.integrations.grpc import aio_server_interceptor, server_interceptor

logcorr.configure(level="debug")
log = logging.getLogger("service")

HEALTH = "/grpc.health.v1.Health/Check"
CODES = {code.name: code for code in grpc.StatusCode}


def act(request: bytes, context) -> bytes | None:
    """What the handlers of grpc answer to *request*."""
    word, _, detail = request.decode().partition(" ")
    log.info("handling %s", word)
    if word == "bind":
        logcorr.bind(runId=detail)
    if word == "bind-in-thread":
        thread = threading.Thread(target=logcorr.bind, kwargs={"runId": detail})
        thread.start()
        thread.join()
    if word == "fail":
        raise ValueError(detail)
    if word == "abort":
        context.abort(CODES[detail], "as asked")
    if word == "code":
        context.set_code(CODES[detail])
    if word == "code-fail":
        context.set_code(CODES[detail])
        raise ValueError("as asked")
    if word == "wait":
        while context.is_active() if hasattr(context, "is_active") else context.time_remaining() > 0:
            time.sleep(0.01)
        log.info("waited")
    return None if word == "nothing" else word.encode()


async def act_aio(request: bytes, context) -> bytes | None:
    """What the handlers of grpc.aio answer to *request*."""
    word, _, detail = request.decode().partition(" ")
    if word == "abort":
        log.info("handling %s", word)
        await context.abort(CODES[detail], "as asked")
    if word == "wait":
        log.info("handling %s", word)
        try:
            await asyncio.Event().wait()
        finally:
            log.info("waited")
    return act(request, context)


def count(request: bytes, context):
    """Responses without an end; what the request says comes after the first."""
    try:
        yield b"first"
        for word in request.decode().split(","):
            yield act(word.encode(), context)
        while b"forever" in request:
            yield b"more"
    finally:
        log.info("no more")


async def count_aio(request: bytes, context):
    """As ``count``."""
    try:
        yield b"first"
        for word in request.decode().split(","):
            yield await act_aio(word.encode(), context)
        while b"forever" in request:
            yield b"more"
    finally:
        log.info("no more")


async def write_aio(request: bytes, context) -> None:
    """As ``count``, in the other style of grpc.aio."""
    await context.write(b"first")
    for word in request.decode().split(","):
        await context.write(await act_aio(word.encode(), context))


def total(requests, context) -> bytes | None:
    """The answer to the last of *requests*."""
    answers = [act(request, context) for request in requests]
    return answers[-1]


async def total_aio(requests, context) -> bytes | None:
    """As ``total``."""
    answers = [await act_aio(request, context) async for request in requests]
    return answers[-1]


def echo(requests, context):
    """An answer to each of *requests*."""
    for request in requests:
        yield act(request, context)


async def echo_aio(requests, context):
    """As ``echo``."""
    async for request in requests:
        yield await act_aio(request, context)


def read(data: bytes) -> bytes:
    """A deserializer that refuses some messages."""
    if data == b"unreadable":
        raise ValueError("no message of mine")
    return data


def write(message: bytes) -> bytes:
    """A serializer, as protobuf's, that takes nothing but messages."""
    return message + b""


def handlers(kind: str) -> grpc.GenericRpcHandler:
    """The service, whose functions are those of *kind*."""
    uu, us, su, ss = (act_aio, count_aio, total_aio, echo_aio) if kind == "aio" else (act, count, total, echo)
    methods = {
        "UnaryUnary": grpc.unary_unary_rpc_method_handler(uu, read, write),
        "UnaryStream": grpc.unary_stream_rpc_method_handler(us, read, write),
        "StreamUnary": grpc.stream_unary_rpc_method_handler(su, read, write),
        "StreamStream": grpc.stream_stream_rpc_method_handler(ss, read, write),
        "Write": grpc.unary_stream_rpc_method_handler(write_aio if kind == "aio" else us, read, write),
    }
    return grpc.method_handlers_generic_handler("test.Service", methods)


def health(kind: str) -> grpc.GenericRpcHandler:
    """What a load balancer asks."""
    handler = grpc.unary_unary_rpc_method_handler(act_aio if kind == "aio" else act)
    return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler})


class Doorman(grpc.ServerInterceptor):
    """An interceptor that says who comes in, and fails for some."""

    def intercept_service(self, continuation, details):
        """As it says."""
        log.info("coming in")
        if ("door", "broken") in details.invocation_metadata:
            raise LookupError("the door is broken")
        return continuation(details)


class AioDoorman(grpc.aio.ServerInterceptor):
    """As ``Doorman``."""

    async def intercept_service(self, continuation, details):
        """As it says."""
        log.info("coming in")
        if ("door", "broken") in details.invocation_metadata:
            raise LookupError("the door is broken")
        return await continuation(details)


def serve(port: str) -> None:
    """Serve with two threads, from within a unit of work that no call is part of."""
    interceptors = [server_interceptor(exclude=["/grpc.health.v1.Health/*"]), Doorman(), server_interceptor()]
    server = grpc.server(ThreadPoolExecutor(2), (handlers("sync"), health("sync")), interceptors)
    server.add_insecure_port(f"127.0.0.1:{port}")
    with logcorr.operation("starting", runId="of the start"):
        server.start()
    server.wait_for_termination()


async def serve_aio(kind: str, port: str) -> None:
    """As ``serve``."""
    interceptors = [
        aio_server_interceptor(exclude=["/grpc.health.v1.Health/*"]),
        AioDoorman(),
        aio_server_interceptor(),
    ]
    server = grpc.aio.server(ThreadPoolExecutor(2), (handlers(kind), health(kind)), interceptors)
    server.add_insecure_port(f"127.0.0.1:{port}")
    with logcorr.operation("starting", runId="of the start"):
        await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    kind, port = sys.argv[1:]
    if kind == "sync":
        serve(port)
    else:
        asyncio.run(serve_aio(kind, port))
