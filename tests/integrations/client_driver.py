"""How the tests drive every instrumented HTTP client alike: see ``Driver``."""

import threading
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any, Protocol

import pytest

from logcorr.testing import capture
from tests.integrations.echo_app import echoing

EXPLICIT = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


class Driver(Protocol):
    """One way to use one library."""

    adapter: Any
    refused: type[BaseException]
    timed_out: type[BaseException]
    foreign: object

    def get(
        self, url: str, *, headers: dict[str, str] | None = None, timeout: float = 60, stream: bool = False
    ) -> int:
        """The status, redirects followed. With *stream* the body is not read."""

    def early(self, prepare: Any) -> AbstractContextManager[Any]:
        """A client is made, then *prepare(client)* called; within the block, what *get* is for that client."""

    def many(self, urls: list[str]) -> None:
        """All of *urls* at once."""


def calls(records):
    return [record for record in records if record["component"] == "logcorr.client"]


@pytest.fixture(scope="module")
def server():
    with echoing() as echo:
        yield echo


def in_threads(get, urls):
    """Each of *urls* in a thread of its own, all at once."""
    threads = [threading.Thread(target=copy_context().run, args=(get, url)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class ClientCase:
    """What every test of a client starts from; a subclass has a fixture ``driver``."""

    @pytest.fixture(autouse=True)
    def _fresh(self, server):
        server.clear()

    @pytest.fixture
    def records(self):
        with capture() as records:
            yield records

    @pytest.fixture
    def on(self, driver, records):
        """All clients are instrumented."""
        driver.adapter.instrument()
        yield records
        driver.adapter.uninstrument()

    @pytest.fixture
    def narrow(self, driver, records):
        """All clients are instrumented, and 127.0.0.1 alone may be told the ids."""
        driver.adapter.instrument(hosts=["127.0.0.*"])
        yield records
        driver.adapter.uninstrument()
