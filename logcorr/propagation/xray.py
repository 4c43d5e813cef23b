"""AWS X-Ray: ``X-Amzn-Trace-Id``. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"""

import re

from opentelemetry.propagators.aws import AwsXRayPropagator

from logcorr.propagation.format import Headers
from logcorr.propagation.kept import Kept, only

_HEADER = "x-amzn-trace-id"
_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}", re.IGNORECASE)
_PARENT = re.compile(r"[0-9a-f]{16}", re.IGNORECASE)


class XRay(Kept):
    """The format ``xray``.

    The propagator gives up the whole trace for a ``Sampled=?``, for a semicolon at the end and for what a load
    balancer adds, and takes an absent decision for no. It is ours to take then, so here it is yes, as for B3.
    """

    headers = frozenset({_HEADER})

    def __init__(self) -> None:
        super().__init__(AwsXRayPropagator())

    def mend(self, found: Headers) -> Headers:
        """The three fields that count; nothing where the ids are not valid."""
        pairs = [part.partition("=") for part in only(found, _HEADER).split(";")]
        fields = {name.strip(): value.strip() for name, _, value in reversed(pairs)}
        root, parent = fields.get("Root", ""), fields.get("Parent", "")
        if not _ROOT.fullmatch(root) or not _PARENT.fullmatch(parent):
            return {}
        sampled = int(fields.get("Sampled") != "0")
        return {_HEADER: [f"Root={root};Parent={parent};Sampled={sampled}"]}
