"""The language of templates: text with placeholders, plain containers, and these for what is neither.

A template is rendered with values: ``{email!}`` must be gone, ``{uuid}`` must stay, ``{user?}`` may do as it likes,
``{secret:hex!}`` says the shape, ``{email#1!}`` is the same value wherever it stands with that number.
"""

import json
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass, make_dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Log:
    """A whole call: message, % arguments, fields."""

    message: str
    args: tuple[Any, ...] = ()
    extra: Any = None


@dataclass(frozen=True)
class Fail:
    """An exception that is logged with its traceback."""

    type: str
    args: tuple[Any, ...] | str = ()
    notes: tuple[str, ...] = ()
    cause: "Fail | None" = None
    context: "Fail | None" = None
    group: tuple["Fail", ...] = ()


@dataclass(frozen=True)
class Only:
    """A text that stands in the message and nowhere else."""

    text: str


class Node:
    """Something that becomes a value once what is inside is rendered."""

    def __init__(self, inside: Any, *options: Any) -> None:
        self.inside = inside
        self.options = options

    def made(self, inside: Any) -> Any:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.inside!r}, {self.options!r})"


class Json(Node):
    """JSON as a string."""

    def made(self, inside: Any) -> str:
        indent = self.options[0] if self.options else None
        return json.dumps(inside, indent=indent, ensure_ascii=False)


class Compact(Node):
    """JSON as JavaScript writes it, without blanks."""

    def made(self, inside: Any) -> str:
        return json.dumps(inside, separators=(",", ":"))


class Ndjson(Node):
    """One JSON object a line."""

    def made(self, inside: Any) -> str:
        return "\n".join(json.dumps(part) for part in inside)


class Repr(Node):
    """Python's repr."""

    def made(self, inside: Any) -> str:
        return repr(inside)


class Form(Node):
    """A form body or query string, percent-encoded."""

    def made(self, inside: Any) -> str:
        return urlencode(inside)


class Joined(Node):
    """The parts, one after the other; the option is what stands between."""

    def made(self, inside: Any) -> str:
        return (self.options[0] if self.options else "").join(str(part) for part in inside)


class Bytes(Node):
    """UTF-8."""

    def made(self, inside: Any) -> Any:
        kind = self.options[0] if self.options else bytes
        return kind(str(inside).encode())


class Int(Node):
    """A number."""

    def made(self, inside: Any) -> int:
        return int(inside)


class Float(Node):
    """A number with a decimal point."""

    def made(self, inside: Any) -> float:
        return float(inside)


class Deque(Node):
    def made(self, inside: Any) -> Any:
        return deque(inside)


class Set(Node):
    def made(self, inside: Any) -> Any:
        return set(inside)


class Ordered(Node):
    def made(self, inside: Any) -> Any:
        return OrderedDict(inside)


class Proxy(Node):
    def made(self, inside: Any) -> Any:
        return MappingProxyType(inside)


class Named(Node):
    """A namedtuple."""

    def made(self, inside: Any) -> Any:
        return namedtuple(self.options[0] if self.options else "Row", inside)(**inside)  # noqa: PYI024


class Data(Node):
    """A dataclass."""

    def made(self, inside: Any) -> Any:
        return make_dataclass(self.options[0] if self.options else "Payload", inside)(**inside)


class Space(Node):
    """An object with a repr that shows its attributes."""

    def made(self, inside: Any) -> Any:
        return SimpleNamespace(**inside)


class Model(Node):
    """A pydantic model."""

    def made(self, inside: Any) -> Any:
        from pydantic import create_model

        fields: dict[str, Any] = {name: (type(value), value) for name, value in inside.items()}
        return create_model(self.options[0] if self.options else "Payload", **fields)(**inside)


class Plain(Node):
    """An object of a class of its own whose repr is the text inside."""

    def made(self, inside: Any) -> Any:
        return _Shown(str(inside))


class Escaped(Node):
    """A text as it stands inside of a JSON string: quotes and newlines escaped."""

    def made(self, inside: Any) -> str:
        return json.dumps(inside)[1:-1]


class _Shown:
    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text
