"""What a carrier brought. Apart from propagation.py, so that a process which propagates nothing need not load that."""

from types import TracebackType
from typing import Self

from opentelemetry import context
from opentelemetry.context import Context

from logcorr.context import bound, detach


class Extracted(Context):
    """What a carrier brought: an OpenTelemetry Context, and the correlation *fields* in it.

    Give it to whatever takes a Context, or enter it: ``with logcorr.extract(headers): ...`` puts its ids on every
    record made inside.
    """

    fields: dict[str, str]

    def __enter__(self) -> Self:
        self._bound = bound(**self.fields)
        self._token = context.attach(self)
        self._bound.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bound.__exit__(kind, error, trace)
        detach(self._token)
