"""HTTPX with logcorr: what a service asks of another is in one trace on both sides.

python integrations/httpx/app.py
"""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

import logcorr
from logcorr.integrations.httpx import instrument

logcorr.configure(service="shop", level="info,httpx=warning,logcorr.client=debug", console=False)
instrument(hosts=["127.0.0.1", "*.internal"])  # strangers are not told who the tenant is
log = logcorr.get_logger("shop")


class Warehouse(BaseHTTPRequestHandler):
    """The other service, which finds the ids in the headers."""

    def do_GET(self) -> None:
        with logcorr.operation("look up", kind="server", parent=logcorr.extract(self.headers)):
            logcorr.get_logger("warehouse").info("Looked up", path=self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"12")

    def log_message(self, *_: object) -> None:
        """The record of the operation says it."""


def order(url: str) -> None:
    with logcorr.operation("order", runId="run-1", tenantId="tenant-7"), httpx.Client(base_url=url) as client:
        log.info("Ordered", stock=int(client.get("/stock/cup").text))


async def compare(url: str) -> None:
    with logcorr.operation("compare", runId="run-2", tenantId="tenant-7"):
        async with httpx.AsyncClient(base_url=url) as client:
            answers = await asyncio.gather(client.get("/price/cup"), client.get("/price/pot"))
        log.info("Compared", prices=[int(answer.text) for answer in answers])


def ask_nobody() -> None:
    with logcorr.operation("ask nobody", runId="run-3", tenantId="tenant-7"):
        try:
            httpx.get("http://127.0.0.1:1/stock/cup")
        except httpx.ConnectError:
            log.warning("Nobody there")


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Warehouse)
    threading.Thread(target=server.serve_forever).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    order(url)
    asyncio.run(compare(url))
    ask_nobody()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
