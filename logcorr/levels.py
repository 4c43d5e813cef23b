"""Level directives: one level for all, others for some loggers, as RUST_LOG writes them."""

import logging
from collections.abc import Mapping
from typing import Self

from logcorr.errors import invalid_value
from logcorr.severity import INFO, parse_level

_FORM = "directives as in 'info' or 'info,app.db=debug'"


class Levels:
    """Which records a logger makes: a default level, and levels of single loggers and all below them."""

    __slots__ = ("_before", "default", "known", "of")

    def __init__(self, default: int, of: Mapping[str, int]) -> None:
        self.default = default
        self.of = dict(of)
        # The thresholds that have been asked for.
        self.known: dict[str, int] = {}
        self._before: dict[str, int] = {}

    @classmethod
    def parse(cls, name: str, value: object) -> Self:
        """Levels from text (``"info,toygres_server=debug"``), a number, or a mapping with "" for the default."""
        if isinstance(value, Levels):
            return cls(value.default, value.of)
        if isinstance(value, Mapping):
            pairs = [(str(key), item) for key, item in value.items()]
        elif isinstance(value, int):
            pairs = [("", value)]
        elif isinstance(value, str) and value.strip():
            pairs = [cls._directive(part) for part in value.split(",") if part.strip()]
        else:
            raise invalid_value(name, value, _FORM)
        of = {logger.strip(): parse_level(level, name) for logger, level in pairs}
        return cls(of.pop("", INFO), of)

    @staticmethod
    def _directive(part: str) -> tuple[str, str]:
        logger, equals, level = part.partition("=")
        return (logger, level) if equals else ("", logger)

    def threshold(self, component: str) -> int:
        """The lowest level at which the logger *component* makes records."""
        level = self.known.get(component)
        if level is None:
            level = self._find(component)
            if len(self.known) < 10_000:
                self.known[component] = level
        return level

    @property
    def lowest(self) -> int:
        """The lowest level at which any logger makes records."""
        return min(self.default, *self.of.values()) if self.of else self.default

    def become(self, other: "Levels") -> None:
        """Take the levels of *other*, and set them, in place of these, on the standard library's loggers."""
        for name in self.of.keys() - other.of.keys():
            if logging.getLogger(name).level == self.of[name]:
                logging.getLogger(name).setLevel(self._before.pop(name, logging.NOTSET))
        self.default, self.of = other.default, dict(other.of)
        self.known.clear()
        self.apply()

    def apply(self) -> None:
        """Set the levels of the standard library's loggers."""
        for name, level in ("", self.default), *self.of.items():
            logger = logging.getLogger(name)
            self._before.setdefault(name, logger.level)
            logger.setLevel(level)

    def undo(self) -> None:
        """Set the standard library's loggers to the levels that they had before ``apply``."""
        for name, level in self._before.items():
            logging.getLogger(name).setLevel(level)
        self._before.clear()

    def _find(self, component: str) -> int:
        while component:
            if component in self.of:
                return self.of[component]
            component = component.rpartition(".")[0]
        return self.default

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Levels) and (self.default, self.of) == (other.default, other.of)

    def __hash__(self) -> int:
        return hash((self.default, frozenset(self.of.items())))

    def __repr__(self) -> str:
        return ",".join([str(self.default), *(f"{name}={level}" for name, level in self.of.items())])
