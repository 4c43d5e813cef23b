"""The record: the names that stand in every line, and its limits. The line itself is described by schema.py."""

DEFAULT_CORRELATION_FIELDS = (
    "runId",
    "planId",
    "planVersion",
    "tenantId",
    "environmentId",
    "adapter",
    "stepId",
    "instance_id",
    "orchestration_name",
    "activity_name",
)

# Keys of the forms that other backends write ids in; see backend_ids.py.
BACKEND_KEYS = frozenset(
    {
        "dd.trace_id",
        "dd.span_id",
        "xray_trace_id",
        "logging.googleapis.com/trace",
        "logging.googleapis.com/spanId",
        "logging.googleapis.com/trace_sampled",
    }
)

# When, who and where: what begins every record, and what nobody logged.
HEAD_KEYS = ("timestamp", "level", "component", "message", "trace_id", "span_id", "trace_sampled")

# Keys that a field can never take: it keeps its value under the same key in "context".
RESERVED_KEYS = frozenset(
    {
        *HEAD_KEYS,
        "context",
        "metrics",
        "exception",
        "service",
        "pid",
        "seq",
        "truncated",
        "mask_error",
        *BACKEND_KEYS,
    }
)

MAX_RECORD_BYTES = 128 * 1024
# Docker and the CRI split lines at 16 KiB: https://github.com/moby/moby/issues/34855
MAX_STDOUT_RECORD_BYTES = 15 * 1024
# An id that is longer than this is no id; it would only crowd out the rest of the line.
MAX_CORRELATION_CHARS = 256
