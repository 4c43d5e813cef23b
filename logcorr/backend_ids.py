"""The ids of a span as other backends write them, for records that are looked up there."""

from collections.abc import Callable, Sequence
from typing import Any

from opentelemetry.trace import SpanContext

Form = Callable[[SpanContext], dict[str, Any]]

_LOWER_HALF = 2**64 - 1


def datadog(span: SpanContext) -> dict[str, Any]:
    """The lower 64 bits in decimal, which Datadog joins logs and traces by.

    https://docs.datadoghq.com/tracing/other_telemetry/connect_logs_and_traces/opentelemetry/
    """
    return {"dd.trace_id": str(span.trace_id & _LOWER_HALF), "dd.span_id": str(span.span_id)}


def xray(span: SpanContext) -> dict[str, Any]:
    """AWS X-Ray's form: the first 32 bits, the time in its own ids, stand apart.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
    """
    trace_id = f"{span.trace_id:032x}"
    return {"xray_trace_id": f"1-{trace_id[:8]}-{trace_id[8:]}"}


def gcp(project: str) -> Form:
    """Google Cloud's special fields; the trace is a resource of *project*, and the bare id where that is empty.

    https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields
    """
    prefix = f"projects/{project}/traces/" if project else ""

    def form(span: SpanContext) -> dict[str, Any]:
        return {
            "logging.googleapis.com/trace": f"{prefix}{span.trace_id:032x}",
            "logging.googleapis.com/spanId": f"{span.span_id:016x}",
            "logging.googleapis.com/trace_sampled": span.trace_flags.sampled,
        }

    return form


def forms(names: Sequence[str], gcp_project: str) -> list[Form]:
    """The forms called *names* (``datadog``, ``xray``, ``gcp``), each once; ``w3c`` is in every record without being asked for."""
    known = {"datadog": datadog, "xray": xray, "gcp": gcp(gcp_project)}
    return [known[name] for name in dict.fromkeys(names) if name in known]
