"""Jaeger: ``uber-trace-id`` and ``uberctx-*``. https://www.jaegertracing.io/sdk-migration/#propagation-format"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from opentelemetry.propagators.jaeger import JaegerPropagator

from logcorr.propagation.format import Headers
from logcorr.propagation.kept import Kept, only

_HEADER, _PREFIX = "uber-trace-id", "uberctx-"
_IDS = re.compile(
    r"(?!0+:)([0-9a-f]{1,32}):(?!0+:)([0-9a-f]{1,16}):[0-9a-f]{0,16}:([0-9a-f]{1,2})", re.IGNORECASE
)
_NO_IDS = "0:0:0:0"
_SAMPLED = 0b1


class Jaeger(Kept):
    """The format ``jaeger``. HTTP has no upper case in names, so those of the *fields* are restored."""

    def __init__(self, fields: Iterable[str]) -> None:
        super().__init__(JaegerPropagator())
        self._spelled = {f"{_PREFIX}{name.lower()}": f"{_PREFIX}{name}" for name in fields}

    def mend(self, found: Headers) -> Headers:
        """The ids, which Jaeger's clients percent-encode, and the baggage, its names as the fields are spelt.

        Without any ids the propagator looks for no baggage.
        """
        carried = {self._spelled.get(name, name): found[name] for name in found if name.startswith(_PREFIX)}
        ids = _IDS.fullmatch(unquote(only(found, _HEADER)))
        if ids is None:
            return {_HEADER: [_NO_IDS], **carried} if carried else {}
        sampled = int(ids[3], 16) & _SAMPLED
        return {_HEADER: [f"{ids[1]}:{ids[2]}:0:{sampled}"], **carried}

    def mend_out(self, written: dict[str, str]) -> dict[str, str]:
        """The flags without the one for debugging, which forces a trace through every sampler.

        The propagator sets it on every sampled trace, and W3C's random flag looks the same.
        """
        ids = written.get(_HEADER)
        if ids is None:
            return written
        others, _, flags = ids.rpartition(":")
        return {**written, _HEADER: f"{others}:{int(flags, 16) & _SAMPLED:02x}"}
