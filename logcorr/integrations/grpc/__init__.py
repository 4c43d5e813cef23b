"""gRPC: a call's ids out and in, its fields on every record, one record a call. Interceptors, for grpc and grpc.aio."""

try:
    import grpc as _  # noqa: F401  say what is missing before a module of ours does
except ModuleNotFoundError as error:
    error.add_note("pip install 'logcorr[grpc]'")
    raise

from logcorr.integrations.grpc.aio_client import aio_client_interceptors
from logcorr.integrations.grpc.aio_server import aio_server_interceptor
from logcorr.integrations.grpc.client import client_interceptor
from logcorr.integrations.grpc.server import server_interceptor

__all__ = ["aio_client_interceptors", "aio_server_interceptor", "client_interceptor", "server_interceptor"]
