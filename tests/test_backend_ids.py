"""The other backends' forms of the ids: each the same span, written as that backend looks it up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import SpanContext, TraceFlags

from logcorr.backend_ids import forms
from tests.support.program import records, run_program

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PROGRAM = """
import logging, os
import logcorr
logcorr.configure(console=False, otlp=False, ids=os.environ.get("IDS_GIVEN", "").split(",") if "IDS_GIVEN" in os.environ else None)
with logcorr.extract({"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}):
    logging.error("inside", extra={"dd.trace_id": "mine"})
logging.error("outside")
"""
OTHERS = {
    "dd.trace_id": str(int(TRACE[16:], 16)),
    "dd.span_id": str(int(SPAN, 16)),
    "xray_trace_id": "1-4bf92f35-77b34da6a3ce929d0e0e4736",
    "logging.googleapis.com/trace": f"projects/acme-prod/traces/{TRACE}",
    "logging.googleapis.com/spanId": SPAN,
    "logging.googleapis.com/trace_sampled": True,
}


@pytest.mark.parametrize(
    "env",
    [{"IDS_GIVEN": "w3c,datadog,xray,gcp"}, {"LOGCORR_IDS": "datadog,xray,gcp"}],
    ids=["keyword", "environment"],
)
def test_all_forms_beside_the_w3c_one(env: dict[str, str], tmp_path: Path) -> None:
    """A record in a span has the ids in every form asked for; one outside has none; a field keeps to the context."""
    run_program(PROGRAM, tmp_path, env={**env, "GOOGLE_CLOUD_PROJECT": "acme-prod"})
    inside, outside = records(tmp_path)
    assert {key: inside[key] for key in OTHERS} == OTHERS
    assert (inside["trace_id"], inside["span_id"]) == (TRACE, SPAN)
    assert inside["context"]["dd.trace_id"] == "mine"
    assert not {"trace_id", *OTHERS} & set(outside)


def test_nothing_unless_asked_for(tmp_path: Path) -> None:
    """By default the ids are written in one form only."""
    run_program(PROGRAM, tmp_path)
    assert not set(OTHERS) & set(records(tmp_path)[0])


def test_a_form_that_is_asked_for_twice(tmp_path: Path) -> None:
    """It is in the record once: no key stands there twice."""
    run_program(PROGRAM, tmp_path, env={"LOGCORR_IDS": "xray,datadog,xray,w3c,datadog"})
    inside, outside = records(tmp_path)
    assert {"xray_trace_id", "dd.trace_id", "dd.span_id"} <= set(inside)
    assert not set(OTHERS) & set(outside)


def test_google_cloud_without_a_project(tmp_path: Path) -> None:
    """Where no project is named, Google's trace is the bare id."""
    run_program(PROGRAM, tmp_path, env={"LOGCORR_IDS": "gcp", "GOOGLE_CLOUD_PROJECT": ""})
    assert records(tmp_path)[0]["logging.googleapis.com/trace"] == TRACE


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans())
def test_each_form_leads_back_to_the_span(trace_id: int, span_id: int, sampled: bool) -> None:
    """From the other forms the W3C ids can be had again, Datadog's upper half excepted."""
    span = SpanContext(trace_id, span_id, is_remote=False, trace_flags=TraceFlags(int(sampled)))
    found = {
        key: value for form in forms(["datadog", "xray", "gcp"], "p") for key, value in form(span).items()
    }
    assert int(found["dd.trace_id"]) == trace_id % 2**64
    assert int(found["dd.span_id"]) == span_id
    assert int(found["xray_trace_id"][2:].replace("-", ""), 16) == trace_id
    assert found["logging.googleapis.com/trace"] == f"projects/p/traces/{trace_id:032x}"
    assert found["logging.googleapis.com/trace_sampled"] is sampled
