"""What a call of every instrumented HTTP client sends and records: a test class that each of their test files takes."""

import logging
from contextlib import contextmanager
from contextvars import copy_context
from urllib.parse import quote

import pytest
from opentelemetry import baggage
from opentelemetry import context as otel_context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import logcorr
from tests.integrations.client_driver import EXPLICIT, ClientCase, calls
from tests.integrations.echo_app import Echo


@contextmanager
def quiet():
    """DEBUG is off for the records of calls."""
    logger = logging.getLogger("logcorr.client")
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)


class CallContract(ClientCase):
    """The behaviour of a call."""

    def test_a_call_is_a_span_and_a_record(self, driver, server: Echo, on):
        """The server gets the ids of the call's own span, which its one record describes, below the caller's."""
        with logcorr.operation("work", runId="run-1", tenantId="acme") as work:
            assert driver.get(server.url("/echo?status=201")) == 201
        (request,) = server.seen
        (record,) = calls(on)
        ids = f"{work.span.get_span_context().trace_id:032x}", f"{work.span.get_span_context().span_id:016x}"
        assert request.ids == (record["trace_id"], record["span_id"])
        assert (record["trace_id"], record["context"]["span"]["parent_span_id"]) == ids
        assert record["span_id"] != ids[1]
        assert sorted(request.header("baggage").split(",")) == ["runId=run-1", "tenantId=acme"]
        assert (record["level"], record["message"]) == ("DEBUG", "GET 127.0.0.1 finished")
        assert (record["runId"], record["tenantId"]) == ("run-1", "acme")
        assert record["context"]["span"]["kind"] == "client"
        assert record["context"]["status"] == 201
        assert record["context"]["bytes"] > 0
        assert record["metrics"]["durationMs"] > 0

    def test_the_record_has_no_secret_of_the_url(self, driver, server: Echo, on):
        """User, password, query and fragment of a URL are in no record of the call."""
        driver.get(f"http://ann:hunter2@127.0.0.1:{server.port}/echo?token=s3cret#hidden")
        (record,) = calls(on)
        assert record["context"]["url"] == f"http://127.0.0.1:{server.port}/echo"
        assert not any(secret in str(record) for secret in ("hunter2", "s3cret", "hidden", "ann:"))

    def test_without_a_trace_a_new_one_is_sent(self, driver, server: Echo, on):
        """Outside a unit of work each call has a valid trace of its own, whether or not its record is made."""
        driver.get(server.url())
        with quiet():
            driver.get(server.url())
        first, second = (request.ids[0] for request in server.seen)
        assert len(first) == len(second) == 32
        assert first != second
        assert [record["trace_id"] for record in calls(on)] == [first]

    def test_without_the_record_there_is_no_span(self, driver, server: Echo, on):
        """With DEBUG off and no SDK the ids in force travel, for nobody would know of another span."""
        with quiet(), logcorr.operation("work") as work:
            driver.get(server.url())
        assert server.seen[0].ids[1] == f"{work.span.get_span_context().span_id:016x}"
        assert calls(on) == []

    def test_headers_of_the_application_stay(self, driver, server: Echo, on):
        """A traceparent that the caller gives is the only one that is sent, and no other format contradicts it."""
        with logcorr.operation("work", runId="run-1"):
            driver.get(server.url(), headers={"Traceparent": EXPLICIT})
            driver.get(server.url(), headers={"BAGGAGE": "mine=1"})
        first, second = server.seen
        assert first.header("traceparent") == EXPLICIT
        assert first.header("tracestate") == ""
        assert first.header("baggage") == "runId=run-1"
        assert second.header("baggage") == "mine=1"
        assert second.ids[0]

    def test_a_redirect_is_part_of_the_call(self, driver, server: Echo, on):
        """Each request of a redirected call carries its ids once, and there is one record, of the last answer."""
        onward = server.url("/redirect?to=" + quote(server.url("/echo?status=404")))
        with logcorr.operation("work", runId="run-1"):
            assert driver.get(server.url("/redirect?to=" + quote(onward))) == 404
        (record,) = calls(on)
        assert [request.ids for request in server.seen] == [(record["trace_id"], record["span_id"])] * 3
        assert [request.header("baggage") for request in server.seen] == ["runId=run-1"] * 3
        assert (record["context"]["status"], record["context"]["requests"]) == (404, 3)

    def test_a_refused_connection(self, driver, server: Echo, on):
        """The library's own exception reaches the caller, and the record says its type."""
        with logcorr.operation("work") as work:
            before = logcorr.current()
            with pytest.raises(driver.refused) as caught:
                driver.get("http://127.0.0.1:1/")
            assert logcorr.current() == before
        (record,) = calls(on)
        assert record["level"] == "DEBUG"
        assert record["message"] == "GET 127.0.0.1 failed"
        assert record["context"]["error"] == caught.type.__name__
        assert record["context"]["span"]["parent_span_id"] == f"{work.span.get_span_context().span_id:016x}"
        assert "status" not in record["context"]

    def test_a_timeout(self, driver, server: Echo, on):
        """A call that takes too long is closed as failed with the library's own error, and nothing is left behind."""
        before = logcorr.current(), otel_context.get_current()
        with pytest.raises(driver.timed_out) as caught:
            driver.get(server.url("/slow"), timeout=0.5)
        assert (logcorr.current(), otel_context.get_current()) == before
        assert calls(on)[0]["context"]["error"] == caught.type.__name__

    def test_an_answer_that_never_comes(self, driver, server: Echo, on):
        """A connection that the server closes without an answer is a failed call."""
        with pytest.raises(Exception) as caught:
            driver.get(server.url("/drop"))
        assert calls(on)[0]["context"]["error"] == caught.type.__name__

    def test_a_url_that_is_none(self, driver, server: Echo, on):
        """A malformed URL gives the library's own error, not one of the adapter."""
        driver.adapter.uninstrument()
        with pytest.raises(Exception) as plain:
            driver.get("http://")
        driver.adapter.instrument()
        with pytest.raises(plain.type):
            driver.get("http://")

    def test_a_streamed_body_does_not_hold_the_span(self, driver, server: Echo, on):
        """The call of a streamed answer ends with its head, while the body is still to come."""
        with logcorr.operation("work"):
            before = logcorr.current(), otel_context.get_current()
            assert driver.get(server.url("/chunked"), stream=True) == 200
            assert (logcorr.current(), otel_context.get_current()) == before
            assert not server.release.is_set()
            (record,) = calls(on)
        assert record["context"]["status"] == 200
        assert "bytes" not in record["context"]

    def test_calls_at_the_same_time(self, driver, server: Echo, on):
        """Concurrent calls have a span each, all below the caller's, and each request carries that of its own record."""
        with logcorr.operation("work") as work:
            driver.many([server.url(f"/echo/{number}") for number in range(12)])
        found = {record["context"]["url"].rpartition("/")[2]: record for record in calls(on)}
        parent = f"{work.span.get_span_context().span_id:016x}"
        assert len(found) == len({record["span_id"] for record in found.values()}) == 12
        assert {record["context"]["span"]["parent_span_id"] for record in found.values()} == {parent}
        for request in server.seen:
            assert request.ids[1] == found[request.path.rpartition("/")[2]]["span_id"]

    def test_hostile_fields_are_harmless(self, driver, server: Echo, on):
        """A field with line breaks, quotes or other scripts cannot add a header, nor break the request."""
        with logcorr.operation("work", tenantId='a\r\nX-Evil: 1", b;c=d', runId="ключ\x00"):
            assert driver.get(server.url()) == 200
        (request,) = server.seen
        assert "x-evil" not in request.headers
        assert request.header("baggage").isascii()

    def test_suppressed(self, driver, server: Echo, on):
        """What OpenTelemetry's exporters send has no span, no record and no ids, or there would be no end to it."""
        token = otel_context.attach(otel_context.set_value("suppress_instrumentation", True))
        try:
            driver.get(server.url())
        finally:
            otel_context.detach(token)
        assert (server.seen[0].ids, calls(on)) == (("", ""), [])

    def test_within_the_span_of_an_instrumentation(self, driver, server: Echo, on):
        """Where an instrumentation has opened the span already its ids travel, with the fields, and nothing is recorded."""
        ids = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
        around = set_span_in_context(NonRecordingSpan(ids), baggage.set_baggage("theirs", "1"))
        key = otel_context._SUPPRESS_HTTP_INSTRUMENTATION_KEY
        with logcorr.bound(runId="run-1"):
            token = otel_context.attach(otel_context.set_value(key, True, around))
            try:
                before = otel_context.get_current()
                driver.get(server.url())
                assert otel_context.get_current() is before
            finally:
                otel_context.detach(token)
        assert server.seen[0].ids == (f"{1:032x}", f"{2:016x}")
        assert sorted(server.seen[0].header("baggage").split(",")) == ["runId=run-1", "theirs=1"]
        assert calls(on) == []

    def test_after_the_unit_of_work_has_ended(self, driver, server: Echo, on):
        """A call made by something that outlived its unit of work begins a new trace instead of sending stale ids."""
        with logcorr.operation("work", tenantId="acme") as work:
            later = copy_context()
        later.run(driver.get, server.url())
        assert server.seen[0].ids[0] not in ("", f"{work.span.get_span_context().trace_id:032x}")
        assert server.seen[0].header("baggage") == ""

    def test_before_configure(self, driver, server: Echo):
        """The ids travel without configure() too."""
        driver.adapter.instrument()
        try:
            with logcorr.operation("work", runId="run-1") as work:
                driver.get(server.url())
        finally:
            driver.adapter.uninstrument()
        assert server.seen[0].ids[0] == f"{work.span.get_span_context().trace_id:032x}"
        assert server.seen[0].header("baggage") == "runId=run-1"
