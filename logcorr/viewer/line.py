"""A line of output before it meets a terminal: parts with a style each, and how the line goes on when it is wrapped."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from logcorr.severity import severity_of
from logcorr.viewer.entry import Entry, as_text


class Part(NamedTuple):
    """Some text and the name of its style; screen.py knows how the styles look."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Line:
    """A line: *lead* stands once, *body* may be wrapped, and every further row begins with *hang*."""

    body: list[Part]
    lead: tuple[Part, ...] = ()
    hang: tuple[Part, ...] = ()


# Every record of a task carries these; they are told by its component, its span and its process.
QUIET_FIELDS = frozenset({"span", "task_id", "queue", "worker", "root_id", "parent_id"})
# On a terminal a longer value hides the rest; it is whole in plain output and with --json.
VALUE_LIMIT = 300


def level_part(entry: Entry) -> Part:
    """The level, five characters wide."""
    severity = severity_of(entry.level)
    return Part(f"{severity.short:<5}", f"level.{severity.name}")


def message_parts(entry: Entry) -> list[Part]:
    """Component and message."""
    component = entry.text("component")
    parts = [Part(f"{component}:", "component"), Part(" ")] if component else []
    return [*parts, Part(entry.message, f"message.{severity_of(entry.level).name}")]


def record_fields(entry: Entry, told: dict[str, Any], *, whole: bool) -> list[Part]:
    """The record's fields that are not *told* elsewhere with the same value: correlation, context, metrics."""
    fields = [*entry.correlation.items(), *entry.context.items(), *entry.metrics.items()]
    # The message of a record that closes a span is made of its fields: method, route, status.
    said = set(entry.message.split()) if entry.span is not None else set()
    shown = [
        (key, value)
        for key, value in fields
        if key not in QUIET_FIELDS
        and not (key in told and told[key] == value)
        and as_text(value) not in said
        and not _is_first_try(key, value)
    ]
    if "truncated" in entry.data:
        shown.append(("truncated", entry.data["truncated"]))
    return field_parts(shown, whole=whole)


def field_parts(fields: list[tuple[str, Any]], *, whole: bool = True) -> list[Part]:
    """``key=value`` for each, led by two blanks; without *whole*, long values are cut and say so."""
    parts = []
    for index, (key, value) in enumerate(fields):
        text = _quoted(value)
        if not whole and len(text) > VALUE_LIMIT:
            text = f"{text[:VALUE_LIMIT]}…(+{len(text) - VALUE_LIMIT} characters)"
        parts += [Part("  " if index == 0 else " "), Part(f"{key}=", "key"), Part(text, "value")]
    return parts


def counted(number: int, noun: str) -> str:
    """``1 record``, ``2 records``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _is_first_try(key: str, value: Any) -> bool:
    return key == "retries" and value == 0


def _quoted(value: Any) -> str:
    text = as_text(value)
    if isinstance(value, str) and (not text or any(char in text for char in ' "=')):
        return '"' + text.replace('"', '\\"') + '"'
    return text
