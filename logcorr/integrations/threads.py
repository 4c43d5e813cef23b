"""Threads and thread pools: the ids of whoever starts them. ``configure()`` does it, unless told ``threads=False``."""

from logcorr.threads import install

__all__ = ["instrument"]


def instrument() -> None:
    """Carry the ids into threads, timers and thread pools without ``configure()``; doing it twice does nothing more."""
    install()
