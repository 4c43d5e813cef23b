"""The same application under every server, and correlated in every way: one access record a request, JSON alone."""

import json
from contextlib import suppress
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from tests.support.program import records
from tests.support.servers import Server, granian, gunicorn, hypercorn, uvicorn, wait_until
from tests.support.web import Web, access_records

HERE = Path(__file__).parent
GUNICORN = ("--workers", "2", "--access-logfile", "-")
HYPERCORN = ("--access-logfile", "-")
# For the processes that never import the application, and so never come to configure().
LOG_CONFIG = ("--log-config", str(HERE / "log_config.json"))
GRANIAN = ("--access-log", *LOG_CONFIG)
SERVERS: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "uvicorn, h11": (uvicorn, ("--http", "h11"), "wrap"),
    "uvicorn, httptools": (uvicorn, ("--http", "httptools"), "add"),
    "uvicorn, asyncio": (uvicorn, ("--loop", "asyncio"), "instrument"),
    "uvicorn, two workers": (uvicorn, ("--workers", "2"), "instrument"),
    "uvicorn, configured in lifespan": (uvicorn, (), "lifespan"),
    "uvicorn, two workers, the parent's lines in JSON": (
        uvicorn,
        ("--workers", "2", *LOG_CONFIG),
        "instrument",
    ),
    "gunicorn with uvicorn's worker": (
        gunicorn,
        ("-k", "uvicorn_worker.UvicornWorker", *GUNICORN),
        "instrument",
    ),
    "gunicorn's own ASGI worker": (gunicorn, ("-k", "asgi", *GUNICORN), "instrument"),
    "gunicorn's own ASGI worker, preloaded": (gunicorn, ("-k", "asgi", "--preload", *GUNICORN), "wrap"),
    "gunicorn's own ASGI worker, added": (gunicorn, ("-k", "asgi", *GUNICORN), "add"),
    "hypercorn": (hypercorn, HYPERCORN, "instrument"),
    "hypercorn, two workers": (hypercorn, (*HYPERCORN, "--workers", "2"), "add"),
    "granian": (granian, GRANIAN, "instrument"),
    "granian, two workers": (granian, (*GRANIAN, "--workers", "2"), "wrap"),
    "granian, configured in lifespan": (granian, GRANIAN, "lifespan"),
}
REQUESTS = {
    "/items/7": ("GET /items/{item_id} 200", 3),
    "/bound": ("GET /bound 200", 0),
    "/stream": ("GET /stream 200", 3),
    "/sub/things/1": ("GET /sub/things/{thing_id} 200", 1),
    "/nothing": ("GET /nothing 404", 0),
    "/fail/route": ("GET /fail/route 500", 1),
    "/fail/dependency": ("GET /fail/dependency 500", 1),
}


@pytest.mark.parametrize("name", SERVERS)
def test_each_request_has_one_access_record(name: str, tmp_path: Path) -> None:
    """Whatever the server: one access record of one shape, one traceback a failure, and no line that is not JSON."""
    start, options, variant = SERVERS[name]
    env = {"WEB_VARIANT": variant, "LOGCORR_OTLP": "false"}
    with start("web_app:served", tmp_path, HERE, *options, env=env) as (server, port):
        web = Web(port, tmp_path)
        wait_until(lambda: _workers(tmp_path) == (2 if "--workers" in options else 1))
        answers = {path: web.get(path) for path in REQUESTS}
        for path, answer in answers.items():
            web.trace(answer.trace_id, tracebacks=int("/fail" in path))
        server.stop()
    for path, answer in answers.items():
        found = web.trace(answer.trace_id)
        # Where the server does not tell of a failure, the access record does.
        told = "own ASGI worker" in name and "/fail" in path
        assert len(found) == 1 + (0 if told else REQUESTS[path][1])
        _check(path, found, answer.headers)
    found = records(tmp_path)
    assert len(access_records(found)) == len(REQUESTS)
    assert not [
        record for record in found if record["component"].split(".")[-1] == "access" and not _is_ours(record)
    ]
    lifespan = [record for record in found if record["message"] in ("up", "down")]
    assert lifespan
    assert not any("trace_id" in record for record in lifespan)
    _only_json(server)


def _is_ours(record: dict[str, Any]) -> bool:
    return bool(record["component"] == "logcorr.access")


def _workers(home: Path) -> int:
    """How many workers are up: one that is asked to stop before may not hear it."""
    return sum(record["message"] == "up" for record in records(home))


def _check(path: str, found: list[dict[str, Any]], headers: dict[str, str]) -> None:
    (access,) = access_records(found)
    assert access["message"] == REQUESTS[path][0]
    assert {"span", "method", "path", "status", "bytes", "client", "requestId"} <= set(access["context"])
    assert sum("exception" in record for record in found) == int("/fail" in path)
    assert {record["span_id"] for record in found} == {access["span_id"]}
    assert headers["traceresponse"].split("-")[1:3] == [access["trace_id"], access["span_id"]]
    assert headers["x-request-id"] == access["context"]["requestId"]


def _only_json(server: Server) -> None:
    lines = server.stdout.splitlines()
    assert all(json.loads(line) for line in lines)
    assert len(set(lines)) == len(lines)
    # The part of the server that runs before the application is imported writes its own banner there, and no more.
    assert "HTTP/1.1" not in server.stderr
    assert "Traceback" not in server.stderr


PARENTS: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "uvicorn, two workers": (uvicorn, ("--workers", "2"), "Started parent process"),
    "uvicorn, reloading": (uvicorn, ("--reload",), "Started reloader process"),
    "granian": (granian, (), "Starting granian"),
}


@pytest.mark.parametrize("name", PARENTS)
def test_a_parent_that_never_imports_the_application(name: str, tmp_path: Path) -> None:
    """With the formatter in the server's own --log-config its parent process writes JSON as well, each line once."""
    start, options, banner = PARENTS[name]
    folder = tmp_path / "served"
    folder.mkdir()
    copy(HERE / "web_app.py", folder)
    with start("web_app:served", tmp_path, folder, *options, *LOG_CONFIG, env={"LOGCORR_OTLP": "false"}) as (
        server,
        port,
    ):
        web = Web(port, tmp_path)
        wait_until(lambda: _workers(tmp_path) == (2 if "--workers" in options else 1))
        if "--reload" in options:
            _reload(folder / "web_app.py", tmp_path)
        answer = web.get("/items/1")
        assert len(access_records(web.trace(answer.trace_id))) == 1
        server.stop()
    lines = [json.loads(line) for line in server.stdout.splitlines()]
    assert server.stderr == ""
    assert sum(banner in line["message"] for line in lines) == 1
    assert [line["message"] for line in lines].count("GET /items/{item_id} 200") == 1


def _reload(module: Path, home: Path) -> None:
    """Change *module* until the server has noticed: it may not watch yet when its first worker is up."""
    for _ in range(6):
        module.touch()
        with suppress(TimeoutError):
            wait_until(lambda: _workers(home) > 1, 10)
            return
    raise AssertionError("the server does not reload")


CONFIGURATION = """
import logging
import logcorr

logcorr.configure()
logging.getLogger("conf").info("in the configuration")


def post_fork(server, worker):
    logging.getLogger("conf").info("forked")
"""


@pytest.mark.parametrize("worker", ["uvicorn_worker.UvicornWorker", "asgi"])
def test_gunicorn_is_configured_in_its_configuration(worker: str, tmp_path: Path) -> None:
    """With configure() in gunicorn.conf.py, master and workers write JSON, each line once, from the first line on."""
    configuration = tmp_path / "gunicorn.conf.py"
    configuration.write_text(CONFIGURATION)
    options = ("-c", str(configuration), "-k", worker, *GUNICORN)
    with gunicorn("web_app:served", tmp_path, HERE, *options, env={"LOGCORR_OTLP": "false"}) as (
        server,
        port,
    ):
        web = Web(port, tmp_path)
        wait_until(lambda: _workers(tmp_path) == 2)
        answers = [web.get("/items/1") for _ in range(4)]
        for answer in answers:
            web.trace(answer.trace_id)
        server.stop()
    found = records(tmp_path)
    messages = [record["message"] for record in found]
    assert len(access_records(found)) == 4
    for part, count in (
        ("in the configuration", 1),
        ("forked", 2),
        ("Starting gunicorn", 1),
        ("Shutting down", 1),
    ):
        assert sum(part in message for message in messages) >= count, part
    assert sum("Starting gunicorn" in message for message in messages) == 1
    assert messages.count("forked") == 2
    assert (server.stderr, len(server.stdout.splitlines())) == ("", len(found))
    _only_json(server)
    numbered = [(record["pid"], record["seq"]) for record in found]
    assert len(set(numbered)) == len(numbered)
