"""Sizes as a person reads them."""

_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def size(number: float) -> str:
    """So many bytes, in two or three digits: ``512 bytes``, ``4.2 MB``, ``120 GB``."""
    for factor, unit in _UNITS:
        if number >= 0.9995 * factor:
            amount = number / factor
            return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:.0f} {unit}"
    return f"{number:.0f} byte" + ("" if number == 1 else "s")
