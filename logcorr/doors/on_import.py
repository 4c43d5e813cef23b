"""Doors of libraries that may never be imported: each is opened when its library is, and costs nothing before."""

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast

from logcorr.diagnostics import Diagnostics
from logcorr.doors import Uninstall


def when_imported(name: str, action: Callable[[], Uninstall]) -> Uninstall:
    """Do *action* as soon as the module *name* has been imported: now, if it already is. Returns the undo of both."""
    undo: list[Uninstall] = []

    def act() -> None:
        undo.append(action())

    if name in sys.modules:
        act()
        return undo[0]
    _finder.wait(name, act)

    def uninstall() -> None:
        _finder.forget(name, act)
        for step in undo:
            step()

    return uninstall


def instrument_when_imported(framework: str, adapter: str, diagnostics: Diagnostics) -> Uninstall:
    """Call ``instrument()`` of the module *adapter* as soon as *framework* has been imported; it stays instrumented.

    The adapter is known here by its name alone: it stands on a floor above this one.
    """

    def instrument() -> Uninstall:
        try:
            importlib.import_module(adapter).instrument()
        except Exception as error:
            diagnostics.count(f"instrument {framework}", f"{adapter} cannot be used: {error!r}")
        return lambda: None

    return when_imported(framework, instrument)


class _Finder:
    """Finds the modules that are waited for through the other finders, and acts once they are loaded.

    It waits on until then: many only ask whether a package is there, with ``importlib.util.find_spec``. There is one
    for all, because every import of the application asks it.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Callable[[], None]]] = {}

    def wait(self, name: str, action: Callable[[], None]) -> None:
        """Do *action* when *name* has been loaded, once."""
        self._waiting.setdefault(name, []).append(action)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def forget(self, name: str, action: Callable[[], None]) -> None:
        """Wait no longer to do *action*."""
        actions = self._waiting.get(name, [])
        if action in actions:
            actions.remove(action)
        if not actions:
            self._waiting.pop(name, None)
        if not self._waiting and self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec of a module that is waited for, with a loader that acts after loading; None for any other."""
        if fullname not in self._waiting:
            return None
        for finder in [finder for finder in sys.meta_path if finder is not self]:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = cast("Any", _Loader(spec.loader, partial(self._act, fullname)))
                return spec
        return None

    def _act(self, name: str) -> None:
        # A failed import may be tried again, but a door is opened once.
        for action in self._waiting.pop(name, ()):
            action()


class _Loader:
    """The module's own loader, with an action after it. No importlib.abc.Loader: that costs six milliseconds."""

    def __init__(self, loader: Any, action: Callable[[], None]) -> None:
        self._loader = loader
        self._action = action

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module as its own loader does."""
        return cast("ModuleType | None", self._loader.create_module(spec))

    def exec_module(self, module: ModuleType) -> None:
        """Load the module as its own loader does, then act."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._action()


_finder = _Finder()
