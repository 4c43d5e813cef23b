"""B3, in one header or in several. https://github.com/openzipkin/b3-propagation"""

import re

from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat

from logcorr.propagation.format import Headers
from logcorr.propagation.kept import Kept, only

_SINGLE = "b3"
_TRACE, _SPAN, _SAMPLED, _FLAGS = "x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags"
_TRACE_ID = r"(?!0+-)([0-9a-f]{16}|[0-9a-f]{32})"
_SPAN_ID = r"(?!0{16})([0-9a-f]{16})"
_IDS = re.compile(rf"{_TRACE_ID}-{_SPAN_ID}(?:-(0|1|d|true|false)(?:-[0-9a-f]{{16}})?)?", re.IGNORECASE)
_NOT_SAMPLED = ("0", "false")


class B3(Kept):
    """Both formats read both; the propagators take an absent decision for yes in one and for no in the other.

    Absent means that it is ours to take, and whoever records the trace here takes it for yes.
    """

    headers = frozenset({_SINGLE, _TRACE, _SPAN, _SAMPLED, _FLAGS})

    def mend(self, found: Headers) -> Headers:
        """The ids and a decision in the single format; nothing where the ids are not valid."""
        single = _IDS.fullmatch(only(found, _SINGLE))
        match = single or _IDS.fullmatch(f"{only(found, _TRACE)}-{only(found, _SPAN)}")
        if match is None:
            return {}
        decision = single[3] if single else only(found, _SAMPLED)
        debug = not single and only(found, _FLAGS) == "1"
        sampled = debug or (decision or "").lower() not in _NOT_SAMPLED
        return {_SINGLE: [f"{match[1]}-{match[2]}-{int(sampled)}"]}


def single() -> B3:
    """The format ``b3``."""
    return B3(B3SingleFormat())


def multi() -> B3:
    """The format ``b3multi``."""
    return B3(B3MultiFormat())
