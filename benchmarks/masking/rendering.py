"""From template to case: placeholders become values, and every literal word becomes something that must stay."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

from cases import CLASS_OF, NEGATIVE, Case, Failure
from nodes import Fail, Form, Log, Named, Node, Only
from values import Values

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?:#(\w+))?(?::(\w+))?([!?]?)\}")
# What a literal must keep: its words. What stands between them may be quoted or escaped anew.
_WORD = re.compile(r"[A-Za-z0-9_\u00c0-\u024f]{3,}")
_CONVERSION = re.compile(r"%\(\w+\)[a-z]")
_NEUTRAL = (
    "request handled",
    "payload received",
    "calling upstream",
    "step finished",
    "state changed",
    "debug dump",
)
_FIELDS = ("detail", "line", "raw", "output", "body", "text", "stderr", "reply")
_ERRORS = ("ValueError", "RuntimeError", "ConnectionError", "LookupError", "OSError")
_OF_LOG_RECORD = frozenset(
    [
        "name",
        "msg",
        "args",
        "levelname",
        "levelno",
        "pathname",
        "filename",
        "module",
        "exc_info",
        "exc_text",
        "stack_info",
        "lineno",
        "funcName",
        "created",
        "msecs",
        "relativeCreated",
        "thread",
        "threadName",
        "processName",
        "process",
        "taskName",
        "message",
        "asctime",
    ]
)


class Rendering:
    """One case in the making."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: dict[tuple[str, str], Any] = {}
        self.gone: list[str] = []
        self.kept: list[str] = []

    def of(self, spec: Any) -> Any:
        if isinstance(spec, str):
            return self.text(spec)
        if isinstance(spec, Named):  # is a list in JSON, without the names
            kept, names = list(self.kept), [self.of(name) for name in spec.inside]
            self.kept = kept
            return spec.made(dict(zip(names, self.of(list(spec.inside.values())), strict=True)))
        if isinstance(spec, Form):  # percent-encoded, so that is what must be gone
            before, inside = len(self.gone), self.of(spec.inside)
            self.gone += [quote_plus(piece) for piece in self.gone[before:]]
            return spec.made(inside)
        if isinstance(spec, Node):
            return spec.made(self.of(spec.inside))
        if isinstance(spec, dict):
            return {self.of(key): self.of(value) for key, value in spec.items()}
        if isinstance(spec, (list, tuple, set)):
            return type(spec)(self.of(part) for part in spec)
        return spec

    def text(self, template: str) -> str:
        parts: list[str] = []
        end = 0
        for match in _PLACEHOLDER.finditer(template):
            parts += (self._literal(template[end : match.start()]), self._value(*match.groups()))
            end = match.end()
        parts.append(self._literal(template[end:]))
        return "".join(parts)

    def _literal(self, text: str) -> str:
        self.kept += _WORD.findall(_CONVERSION.sub(" ", text))
        return text

    def _value(self, name: str, number: str | None, shape: str | None, mark: str) -> str:
        drawn = self._known.get((name, number or ""))
        if drawn is None or not number:
            drawn = self._known[name, number or ""] = self._values.draw(name, shape)
        if mark == "!":
            self.gone += drawn.pieces or (drawn.text,)
        elif not mark:
            self.kept += [drawn.text] if _plain(drawn.text) else _WORD.findall(drawn.text)
        return drawn.text

    def failure(self, spec: Fail) -> Failure:
        arguments = (spec.args,) if isinstance(spec.args, (str, Node)) else spec.args
        return Failure(
            spec.type,
            tuple(self.of(argument) for argument in arguments),
            tuple(self.of(note) for note in spec.notes),
            self.failure(spec.cause) if spec.cause else None,
            self.failure(spec.context) if spec.context else None,
            tuple(self.failure(part) for part in spec.group),
        )


def case_of(identity: str, entity: str, kind: str, tier: str, spec: Any, values: Values) -> Case:
    """A case of the template *spec*; drawn anew while what must go is, by chance, in what must stay."""
    for _ in range(50):
        case = _drawn(identity, entity, kind, tier, spec, values)
        if not _ambiguous(case):
            return case
    raise AssertionError(f"template {identity} is ambiguous: {case.gone} in {case.kept}")


def _drawn(identity: str, entity: str, kind: str, tier: str, spec: Any, values: Values) -> Case:
    rendering = Rendering(values)
    message, args, extra, failure = _call(spec, rendering, values)
    assert _OF_LOG_RECORD.isdisjoint(extra), f"{identity}: logging itself refuses one of {list(extra)}"
    positive = CLASS_OF[entity] != NEGATIVE
    assert bool(rendering.gone) is positive, f"{identity}: says nothing of what must go"
    template = identity.rpartition("/")[0]
    if not positive:
        rendering.kept = [*whole(message, args), *leaves(extra), *_said(failure)]
    return Case(
        identity, entity, tier, kind, template, message, args, extra, failure,
        tuple(dict.fromkeys(rendering.gone)), tuple(dict.fromkeys(rendering.kept)),
    )  # fmt: skip


def whole(message: str, args: tuple[Any, ...]) -> list[str]:
    """The message as it is written."""
    return [
        message % (args[0] if len(args) == 1 and isinstance(args[0], dict) else args) if args else message
    ]


def leaves(thing: Any) -> Iterator[str]:
    """The texts and numbers in plain containers: what of a harmless record has to be there afterwards."""
    if isinstance(thing, dict):
        for value in thing.values():
            yield from leaves(value)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            yield from leaves(value)
    elif isinstance(thing, bytes):
        yield thing.decode()
    elif thing and isinstance(thing, (str, int, float)) and thing is not True:
        yield str(thing)


def _said(failure: Failure | None) -> list[str]:
    if failure is None:
        return []
    texts = [str(argument) for argument in failure.args] + list(failure.notes)
    return [*texts, *_said(failure.cause), *_said(failure.context)]


def _call(
    spec: Any, rendering: Rendering, values: Values
) -> tuple[str, tuple[Any, ...], dict[str, Any], Any]:
    if isinstance(spec, Log):
        message, args = rendering.text(spec.message), rendering.of(spec.args)
        if "%(" in message:  # the names of the arguments are written nowhere
            rendering.kept = [word for word in rendering.kept if word not in args[0]]
        return message, args, rendering.of(spec.extra or {}), None
    if isinstance(spec, Fail):
        return values.choice(_NEUTRAL), (), {}, rendering.failure(spec)
    if isinstance(spec, dict):
        return values.choice(_NEUTRAL), (), rendering.of(spec), None
    if isinstance(spec, Only):
        return rendering.text(spec.text), (), {}, None
    place = values.number(0, 99)
    if place < 8 and isinstance(spec, str) and (found := _first_secret(spec)):
        parts = [rendering.text(part) for part in (spec[: found.start()], found[0], spec[found.end() :])]
        return f"{parts[0].replace('%', '%%')}%s{parts[2].replace('%', '%%')}", (parts[1],), {}, None
    text = rendering.of(spec)
    if place < 60:
        return text, (), {}, None
    if place < 72:
        return "%s", (text,), {}, None
    if place < 86:
        return values.choice(_NEUTRAL), (), {values.choice(_FIELDS): text}, None
    return values.choice(_NEUTRAL), (), {}, Failure(values.choice(_ERRORS), (text,))


def _first_secret(template: str) -> re.Match[str] | None:
    return next((match for match in _PLACEHOLDER.finditer(template) if match[4] == "!"), None)


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set("\"\\' &<>")


def _ambiguous(case: Case) -> bool:
    return any(piece in word for piece in case.gone for word in case.kept)
