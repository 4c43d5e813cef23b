"""What the journal and the collector hold, and whether it is what the demo did."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from processes import DemoError
from traffic import Call

Record = dict[str, Any]

CREATE_TASKS = ("toygres.allocate_storage", "toygres.start_server", "toygres.register_endpoint")


class Journal:
    """Every record of a log file, read as the plain lines of JSON they are."""

    def __init__(self, file: Path) -> None:
        self.records: list[Record] = []
        for part in sorted(file.parent.glob(f"{file.name}*")):
            for number, line in enumerate(part.read_bytes().splitlines(), start=1):
                try:
                    self.records.append(json.loads(line))
                except ValueError as error:
                    raise DemoError(f"line {number} of {part} is no JSON: {error}") from error
        if not self.records:
            raise DemoError(f"{file} has no records")
        self.traces: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            if "trace_id" in record:
                self.traces[record["trace_id"]].append(record)

    def processes(self) -> int:
        """How many processes wrote it."""
        return len({record["pid"] for record in self.records})

    def missing(self) -> list[str]:
        """One sentence for each process whose records are not numbered without a gap."""
        numbers: dict[int, list[int]] = defaultdict(list)
        for record in self.records:
            numbers[record["pid"]].append(record["seq"])
        return [
            f"process {pid} has {len(seqs)} records, numbered {min(seqs)} to {max(seqs)}"
            for pid, seqs in numbers.items()
            if sorted(seqs) != list(range(min(seqs), min(seqs) + len(seqs)))
        ]

    def unanswered(self, calls: list[Call]) -> list[str]:
        """One sentence for each call with a trace of its own whose access record is not in that trace."""
        return [
            f"{call.method} {call.path}: no access record {call.expected} in the client's trace {call.trace_id}"
            for call in calls
            if call.trace_id and not any(_is_access(record, call) for record in self._trace(call.trace_id))
        ]

    def unexplained(self, calls: list[Call]) -> list[str]:
        """One sentence for each call that failed inside, and whose trace has no exception with its cause."""
        return [
            f"{call.method} {call.path}: no exception and cause in trace {call.trace_id}"
            for call in calls
            if call.expected == 500
            and not any("cause" in record.get("exception", {}) for record in self._trace(call.trace_id))
        ]

    def broken_traces(self) -> list[str]:
        """One sentence for each created instance whose trace lacks the web request, a task, the retry or a call-back."""
        return [f"trace {trace_id} lacks {gaps}" for trace_id, gaps in self._gaps().items() if gaps]

    def richest_trace(self) -> str | None:
        """The complete creation with the most records."""
        complete = [trace_id for trace_id, gaps in self._gaps().items() if not gaps]
        return max(complete, key=lambda trace_id: len(self.traces[trace_id]), default=None)

    def creations(self) -> list[str]:
        """The ids of the traces in which an instance was ordered successfully."""
        return [
            trace_id
            for trace_id, records in self.traces.items()
            if any(record["message"] == "POST /instances 202" for record in records)
        ]

    def _trace(self, trace_id: str | None) -> list[Record]:
        return self.traces.get(trace_id or "", [])

    def _gaps(self) -> dict[str, str]:
        return {trace_id: ", ".join(_gaps(self.traces[trace_id])) for trace_id in self.creations()}


def received(records_file: Path) -> int:
    """How many different records the collector has accepted."""
    if not records_file.exists():
        return 0
    # the last line may still be on its way into the file
    lines = records_file.read_bytes().rpartition(b"\n")[0].splitlines()
    return len({json.loads(line)["attributes"]["log.record.uid"] for line in lines})


def _gaps(records: list[Record]) -> list[str]:
    ended = Counter(
        (record["context"]["task_name"], record["context"]["state"])
        for record in records
        if record["component"] == "celery.app.trace" and "state" in record.get("context", {})
    )
    finished = {task for task, state in ended if state in ("SUCCESS", "FAILURE")}
    callbacks = sum(
        record["message"].startswith("POST /instances/{instance_id}/events 2") for record in records
    )
    gaps = [f"the end of {task}" for task in CREATE_TASKS if task not in finished]
    if ("toygres.start_server", "RETRY") not in ended:
        gaps.append("the retry")
    if callbacks != len(CREATE_TASKS):
        gaps.append(f"call-backs ({callbacks} of {len(CREATE_TASKS)})")
    return gaps


def _is_access(record: Record, call: Call) -> bool:
    return (
        record["component"] == "logcorr.access"
        and record["context"]["status"] == call.expected
        and record.get("tenantId") == call.tenant
    )
