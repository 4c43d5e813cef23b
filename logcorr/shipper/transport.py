"""The seam between the loop and a protocol: send one request, say what became of it."""

from enum import Enum
from typing import NamedTuple, Protocol

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse


class Verdict(Enum):
    """What the server made of a request."""

    TAKEN = "taken"
    LATER = "later"  # nobody answered, or the server asks to try again: nothing is wrong with the records
    REFUSED = "refused"  # something in this request will never be taken


class Answer(NamedTuple):
    """A verdict; *rejected* records of a request that was taken; how many seconds to wait before trying again."""

    verdict: Verdict
    rejected: int = 0
    message: str = ""
    retry_after_s: float | None = None


class Transport(Protocol):
    """Sends requests to one destination. Used by one thread; never raises for what the server or the network does."""

    def send(self, payload: bytes) -> Answer:
        """Send one ExportLogsServiceRequest, within the exporter's timeout."""

    def close(self) -> None:
        """Let go of the connection."""


def taken(response: ExportLogsServiceResponse) -> Answer:
    """The answer in a successful response, with what it says of records that were rejected all the same."""
    partial = response.partial_success
    return Answer(Verdict.TAKEN, partial.rejected_log_records, partial.error_message)
