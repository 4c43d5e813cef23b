"""The options of CorrelationMiddleware on a real server: whom it believes, what it is told, what it leaves out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

import logcorr
from logcorr.integrations.asgi import CorrelationMiddleware
from logcorr.integrations.fastapi import instrument
from tests.support.program import records
from tests.support.servers import uvicorn, wait_until
from tests.support.web import Answer, Web

HERE = Path(__file__).parent
CLAIMS = [("X-Request-ID", "r-1"), ("X-Tenant-ID", "tenant-1"), ("baggage", "runId=run-1,tenantId=tenant-2")]


@pytest.fixture(scope="module", params=["no SDK", "SDK"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("options")
    env = {"LOGCORR_OTLP": "false"} | ({"SPANS": str(home / "spans")} if request.param == "SDK" else {})
    with uvicorn("trust_app:app", home, HERE, env=env) as (_, port):
        yield Web(port, home)


def access(web: Web, answer: Answer) -> dict[str, Any]:
    """The access record of the request that was answered so, whatever its trace."""
    return web.access(answer.headers["traceresponse"][3:35])


@pytest.mark.parametrize("path", ["/always", "/gateway"])
def test_ids_are_believed(web: Web, path: str) -> None:
    """A trusted client's trace, request id, tenant and baggage are the request's."""
    answer = web.get(path, [*CLAIMS, ("X-Gateway", "yes")])
    record = access(web, answer)
    assert (record["trace_id"], answer.headers["x-request-id"]) == (answer.trace_id, "r-1")
    assert (record["tenantId"], record["runId"]) == ("tenant-1", "run-1")
    assert "client_request_id" not in record["context"]


@pytest.mark.parametrize("path", ["/never", "/gateway"])
def test_ids_are_not_believed(web: Web, path: str) -> None:
    """An untrusted client's ids are none: a new trace, a new request id; what it called the request is kept apart."""
    answer = web.get(path, CLAIMS)
    record = access(web, answer)
    assert record["trace_id"] != answer.trace_id
    assert "parent_span_id" not in record["context"]["span"]
    assert not {"tenantId", "runId"} & set(record)
    assert len(answer.headers["x-request-id"]) == 32
    assert record["context"]["requestId"] == answer.headers["x-request-id"]
    assert record["context"]["client_request_id"] == "r-1"
    assert not [found for found in records(web.home) if found.get("trace_id") == answer.trace_id]


def test_an_untrusted_trace_is_a_link(web: Web) -> None:
    """With an SDK, the span of an untrusted request is linked to the span that its client claims."""
    answer = web.get("/never", CLAIMS)
    record = access(web, answer)
    spans = web.home / "spans"

    def exported() -> list[Any]:
        lines = spans.read_text().splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        return [span for span in found if span["context"]["span_id"] == f"0x{record['span_id']}"]

    if spans.exists():  # with an SDK; a span is exported when it has ended, after the access record
        (span,) = wait_until(exported)
        assert [link["context"]["trace_id"] for link in span["links"]] == [f"0x{answer.trace_id}"]


def test_functions_of_the_scope(web: Web) -> None:
    """tenant and request_id may be functions: of a claim, or of anything else that the scope tells."""
    record = access(web, web.get("/claim/r-77", [("X-Claim", "Acme & Söhne".encode().decode("latin-1"))]))
    assert (record["tenantId"], record["context"]["requestId"]) == ("Acme & Söhne", "r-77")


def test_a_function_that_fails(web: Web) -> None:
    """A function that raises costs the request its tenant, and nothing else; its traceback is one record."""
    answers = [web.get("/claim/r-78") for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert not any("tenantId" in access(web, answer) for answer in answers)
    told = [record for record in records(web.home) if record["component"] == "logcorr.asgi"]
    assert [(record["level"], record["exception"]["type"]) for record in told] == [("WARNING", "KeyError")]


def test_headers_of_other_names(web: Web) -> None:
    """The headers in and out are named as the options say, the trace id's where one is named."""
    answer = web.get("/named", [("X-Customer", "c-1"), ("X-Correlation-ID", "r-2"), *CLAIMS[:2]])
    record = access(web, answer)
    assert (record["tenantId"], record["context"]["requestId"]) == ("c-1", "r-2")
    assert answer.headers["x-correlation-id"] == "r-2"
    assert answer.headers["x-trace-id"] == answer.trace_id
    assert "x-request-id" not in answer.headers
    assert "x-trace-id" not in web.get("/always").headers


def test_successes_on_excluded_paths_are_counted(web: Web) -> None:
    """Only what succeeds is left out of the journal, and the next record for such a path says how often."""
    answers = [web.get("/excluded/healthz") for _ in range(3)] + [web.get("/excluded/metrics?301")]
    failed = access(web, web.get("/excluded/healthz?503"))
    assert (failed["level"], failed["context"]["status"], failed["context"]["suppressed"]) == (
        "ERROR",
        503,
        3,
    )
    assert all(answer.headers["traceresponse"] for answer in answers)
    ids = {answer.trace_id for answer in answers}
    assert not [record for record in records(web.home) if record.get("trace_id") in ids]
    missing = access(web, web.get("/excluded/health?404"))
    assert (missing["level"], missing["context"].get("suppressed")) == ("INFO", None)
    raised = web.access(web.get("/excluded/metrics?599").trace_id)  # the server's own 500
    assert (raised["context"]["error"], raised["context"]["suppressed"]) == ("ValueError", 1)
    other = access(web, web.get("/excluded/other"))
    assert "suppressed" not in other["context"]


def test_without_access_log_the_servers_line_stays(web: Web) -> None:
    """Whose access record is off, or who is not wrapped at all, keeps the server's own line; all others lose it."""
    silent, bare, always = (web.get(path) for path in ("/silent", "/bare", "/always"))
    assert silent.headers["traceresponse"][3:35] == silent.trace_id
    assert "traceresponse" not in bare.headers
    access(web, always)
    lines = wait_until(
        lambda: [
            record["context"]["path"]
            for record in records(web.home)
            if record["component"] == "uvicorn.access"
            and record["context"]["path"] in ("/silent", "/bare", "/always")
        ]
    )
    assert lines == ["/silent", "/bare"]
    assert not [
        r for r in records(web.home) if r["component"] == "logcorr.access" and "/silent" in r["message"]
    ]


async def _asynchronous(_: Any) -> None: ...


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"trust": "sometimes"}, "trust='sometimes' is not valid: give 'always', 'never' or a function"),
    ({"trust": True}, "trust=True is not valid: give 'always'"),
    ({"trust": _asynchronous}, "is not valid: give a plain function of the scope"),
    ({"tenant": None}, "tenant=None is not valid: give the name of a header"),
    ({"tenant": "X Tenant"}, "tenant='X Tenant' is not valid: give the name of a header"),
    ({"request_id": ""}, "request_id='' is not valid: give the name of a header"),
    ({"request_id": "X-Id\r\nSet-Cookie"}, "is not valid: give the name of a header"),
    ({"trace_id_header": True}, "trace_id_header=True is not valid"),
    ({"exclude": "/health"}, "exclude='/health' is not valid: give a list of patterns"),
    ({"exclude": ["health"]}, "'health' is no pattern of a path; one is '/health*'"),
    ({"exclude": [7]}, "7 is no pattern of a path"),
]


@pytest.mark.parametrize(("options", "message"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_option_is_refused_at_once(options: dict[str, Any], message: str) -> None:
    """The error names the value and the remedy, when the middleware is made and not at the first request."""
    for refuse in (
        lambda: CorrelationMiddleware(FastAPI(), **options),
        lambda: instrument(FastAPI(), **options),
    ):
        with pytest.raises(logcorr.ConfigError) as refused:
            refuse()
        assert message in str(refused.value)


def test_only_a_framework_can_be_instrumented() -> None:
    """instrument() of an application of another kind says what to do instead."""
    with pytest.raises(TypeError, match=r"wrap any other: app = CorrelationMiddleware\(app\)"):
        instrument(CorrelationMiddleware(FastAPI()))
