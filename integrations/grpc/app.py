"""A gRPC service and its client, without protoc: both sides of a call are one trace, whichever way it ends.

python integrations/grpc/app.py
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

import logcorr
from logcorr.integrations.grpc import client_interceptor, server_interceptor

logcorr.configure(service="stock", level="debug")
log = logcorr.get_logger("stock")

ON_STOCK = {"apple": 12}


def reserve(request: dict[str, Any], context: grpc.ServicerContext) -> dict[str, Any]:
    logcorr.bind(stepId="reserve")
    article = request["article"]
    if article not in ON_STOCK:
        context.abort(grpc.StatusCode.NOT_FOUND, f"no {article}")
    parcels = ON_STOCK[article] // request["amount"]
    log.info("Reserved", article=article, parcels=parcels)
    return {"parcels": parcels}


def load(data: bytes) -> Any:
    return json.loads(data)


def dump(message: Any) -> bytes:
    return json.dumps(message).encode()


def serve() -> tuple[grpc.Server, int]:
    """A server on a free port, and the port."""
    handlers = {"Reserve": grpc.unary_unary_rpc_method_handler(reserve, load, dump)}
    server = grpc.server(ThreadPoolExecutor(4), interceptors=[server_interceptor()])
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("shop.Stock", handlers)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def order(channel: grpc.Channel, article: str, amount: int) -> None:
    """One unit of work, which calls the service."""
    with logcorr.operation("order", tenantId="tenant-7", runId=f"run-{article}-{amount}"):
        try:
            channel.unary_unary("/shop.Stock/Reserve", dump, load)({"article": article, "amount": amount})
        except grpc.RpcError as error:
            log.warning("Not reserved", code=error.code().name)


if __name__ == "__main__":
    server, port = serve()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as plain:
        channel = grpc.intercept_channel(plain, client_interceptor())
        order(channel, "apple", 2)
        order(channel, "pear", 1)
        order(channel, "apple", 0)
    server.stop(None).wait()
