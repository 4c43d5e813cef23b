"""The front doors: what turns other libraries' calls into records. Each has ``install(emit)``, which returns its undo."""

from collections.abc import Callable

Uninstall = Callable[[], None]
