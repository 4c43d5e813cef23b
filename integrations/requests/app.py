"""Requests with logcorr: what a service asks of another is in one trace on both sides, retries included.

python integrations/requests/app.py
"""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import logcorr
from logcorr.integrations.requests import instrument

logcorr.configure(service="billing", level="info,logcorr.client=debug", console=False)
log = logcorr.get_logger("billing")


class Bank(BaseHTTPRequestHandler):
    """The other service, busy at first, which finds the ids in the headers."""

    asked = 0

    def do_POST(self) -> None:
        Bank.asked += 1
        status = 503 if Bank.asked == 1 else 201
        with logcorr.operation("book", kind="server", parent=logcorr.extract(self.headers)):
            logcorr.get_logger("bank").info("Asked to book", status=status)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The record of the operation says it."""


def bill(session: requests.Session, url: str) -> None:
    with logcorr.operation("bill", runId="run-1", tenantId="tenant-7"):
        answer = session.post(f"{url}/bookings?key=in-no-record", json={"amount": 42}, timeout=10)
        log.info("Billed", status=answer.status_code)


def bill_nobody(session: requests.Session) -> None:
    with logcorr.operation("bill nobody", runId="run-2", tenantId="tenant-7"):
        try:
            session.post("http://127.0.0.1:1/bookings", timeout=10)
        except requests.ConnectionError:
            log.warning("Nobody there")


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    threading.Thread(target=server.serve_forever).start()
    retry = Retry(status=2, connect=0, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=retry))
        instrument(session)  # this session alone; instrument() is for all
        bill(session, f"http://127.0.0.1:{server.server_address[1]}")
        bill_nobody(session)
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
