"""Messages with ``%`` arguments, where the arguments may not fit."""

from collections.abc import Mapping
from typing import Any

from logcorr.encoding.values import text_of
from logcorr.masking.arguments import Named

_SCALARS = (str, int, float)


def interpolate(template: object, args: Any, fields: dict[Any, Any]) -> str:
    """*template* with its *args*; where they do not fit, the template, with both told in *fields*."""
    text = template if type(template) is str else text_of(template)
    try:
        if type(args) is tuple and (len(args) > 1 or (args and type(args[0]) in _SCALARS)):
            return text % args
        # One mapping names its places, as in logging and structlog.
        single = args[0] if isinstance(args, tuple) and len(args) == 1 else args
        if isinstance(single, Mapping) and "%(" in text:
            args = Named(single)
        elif isinstance(single, Mapping) and single:
            args = single
        return text_of(text % args) if args else text
    except Exception as error:
        fields["args"] = args
        fields["message_error"] = f"{type(error).__name__}: {text_of(error)}"
        return text
