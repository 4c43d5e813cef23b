"""A delivery: a message as a process has it. What it brought is read once, however often Celery looks at it."""

import re
from collections.abc import Mapping, MutableMapping
from random import getrandbits
from typing import Any, Self

from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, TraceFlags, TraceState

import logcorr
from logcorr.context import SPAN_KEY, Snapshot, ids_in
from logcorr.extracted import Extracted
from logcorr.integrations.celery.message import ATTEMPT, MAX_SCHEDULE_CHARS, RETRIED, SCHEDULE, carrier_of
from logcorr.integrations.celery.process import has_fields, process_scope
from logcorr.scope import Scope
from logcorr.spans import LocalSpan, parts_of, valid_ids

_ATTEMPT_IDS = re.compile(r"([0-9a-f]{32})-([0-9a-f]{16})")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_NO_STATE = TraceState()
# What is said of every task, each None where nothing is to be said: then it hides what is around by that name.
HIDING: dict[str, Any] = dict.fromkeys(
    ("task_id", "task_name", "root_id", "parent_id", "retries", "queue", "worker", "schedule.name")
)
_MAY_BE_NONE = ("task_id", "parent_id", "queue", "worker", "schedule.name")


class Delivery(str):
    """The text in the headers of a message that tells the ids of its attempt, and all that was read of the message.

    To another process goes the text alone, and the rest is read there anew. *sender* are the ids of whoever sent the
    message, where they are valid. *span* is the one that was chosen for the attempt, if one was. *known* is what every
    record of the task says of it, once that has been made.
    """

    __slots__ = ("_context", "_retried", "_schedule", "_scope", "brought", "known", "sender", "span")

    brought: Extracted
    sender: SpanContext | None
    span: LocalSpan | None
    known: dict[str, Any] | None

    @classmethod
    def taken(cls, headers: MutableMapping[str, Any]) -> Self:
        """That of a message which is to be run: the ids of its attempt are chosen here, and noted in *headers*.

        The worker's main process knows them, for it has to close the attempt of a child that is killed.
        """
        carrier = carrier_of(headers)
        brought = logcorr.extract(carrier)
        sender = ids_in(brought)
        trace_id, _, _, _, _, is_valid = parts_of(sender)
        if not is_valid:
            trace_id = getrandbits(128) or 1
        span_id = getrandbits(64) or 1
        delivery = headers[ATTEMPT] = cls(f"{trace_id.to_bytes(16).hex()}-{span_id.to_bytes(8).hex()}")
        delivery._know(carrier, brought, sender, trace_id, span_id)
        return delivery

    @classmethod
    def of(cls, headers: Mapping[str, Any]) -> Self:
        """That of the message with *headers*, which may have been taken by another process, or by none."""
        known = headers.get(ATTEMPT) or carrier_of(headers).get(ATTEMPT)
        return known if isinstance(known, cls) else cls.read(headers)

    @classmethod
    def read(cls, headers: Mapping[str, Any]) -> Self:
        """As ``of``, of nothing but the text that is there."""
        carrier = carrier_of(headers)
        text = carrier.get(ATTEMPT)
        brought = logcorr.extract(carrier)
        found = _ATTEMPT_IDS.fullmatch(text) if isinstance(text, str) else None
        trace_id, span_id = (int(found[1], 16), int(found[2], 16)) if found else (0, 0)
        delivery = cls(found[0] if found else "")
        delivery._know(carrier, brought, ids_in(brought), trace_id, span_id)
        return delivery

    def _know(
        self, carrier: Mapping[str, Any], brought: Extracted, sender: SpanContext, trace_id: int, span_id: int
    ) -> None:
        _, _, _, flags, state, is_valid = parts_of(sender)
        self.brought = brought
        self.sender = parent = sender if is_valid else None
        if parent is None:
            flags, state = _SAMPLED, _NO_STATE
        if trace_id and span_id:
            ids = valid_ids(trace_id, span_id, flags, state, is_remote=False)
            self.span = LocalSpan(ids, parent)
        else:
            self.span = None
        scheduled = carrier.get(SCHEDULE)
        self._schedule = scheduled[:MAX_SCHEDULE_CHARS] if isinstance(scheduled, str) else None
        self._retried = carrier.get(RETRIED)
        self.known = None
        self._context: Context | None = None
        self._scope: Scope | None = None

    @property
    def context(self) -> Context:
        """What was brought, with the span that was chosen as its span."""
        context = self._context
        if context is None:
            span, brought = self.span, self.brought
            context = self._context = brought if span is None else Context({**brought, SPAN_KEY: span})
        return context

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def is_retry_of(self, task_id: str) -> bool:
        """Whether the sender is the attempt before of the eager task *task_id*."""
        return self.sender is not None and self._retried == task_id

    def fields(
        self, name: str, task_id: Any, headers: Mapping[str, Any], delivery_info: Any, hostname: Any
    ) -> dict[str, Any]:
        """The sender's fields, and what every record of the task says of it: made once for all that this process does for it."""
        if self.known is not None:
            return self.known
        fields = {
            **self.brought.fields,
            "task_id": task_id,
            "task_name": name,
            "root_id": headers.get("root_id") or task_id,
            "parent_id": headers.get("parent_id"),
            "retries": headers.get("retries") or 0,
            "queue": delivery_info.get("routing_key") if isinstance(delivery_info, dict) else None,
            "worker": hostname,
            "schedule.name": self._schedule,
        }
        if not has_fields():
            for said in _MAY_BE_NONE:  # there is nothing to hide
                if fields[said] is None:
                    del fields[said]
        if task_id is not None:  # which is not among the headers of protocol 1
            self.known = fields
        return fields

    def place(self, context: Context, fields: dict[str, Any]) -> Snapshot:
        """Where *context*, the fields of this process and *fields* are in force, and none of what is around."""
        scope = self._scope
        if scope is None or fields is not self.known:
            scope = Scope(fields, process_scope(), shared=False)
            if fields is self.known:
                self._scope = scope
        return Snapshot(scope, context)
