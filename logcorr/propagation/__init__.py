"""Propagation: the ids of a unit of work out into a carrier, and in from one. Two axes, formats and carriers."""

from collections.abc import Sequence

DEFAULT_PROPAGATORS = ("tracecontext", "baggage")


def known_names(label: str, names: Sequence[str]) -> tuple[str, ...]:
    """*names* of formats, each once, none of them where ``none`` is among them.

    Raises ConfigError, in which *label* names the setting, for one that is not there. The default ones need no import.
    """
    if "none" in names:
        return ()
    for name in names:
        if name not in DEFAULT_PROPAGATORS:
            from logcorr.propagation.formats import load

            load(label, name)
    return tuple(dict.fromkeys(names))
