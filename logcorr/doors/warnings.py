"""The door for Python's warnings: each becomes a record, where the filters let it."""

import logging
import sys
import warnings
from typing import Any, TextIO

from logcorr.doors import Uninstall
from logcorr.doors.logging import pass_on
from logcorr.encoding.values import text_of
from logcorr.levels import Levels
from logcorr.pipeline import Emit
from logcorr.severity import WARNING

_COMPONENT = "py.warnings"
_STANDARD = ("warnings", "_py_warnings", "logging", __name__)


def install(emit: Emit, levels: Levels) -> Uninstall:
    """Open the door. Other handlers, a ``showwarning`` of the application's and files of warnings get theirs too."""
    found = warnings.showwarning
    theirs = None if getattr(found, "__module__", "") in _STANDARD else found
    # Later calls of captureWarnings by others (Celery's) then find it done and leave the function below in place.
    logging.captureWarnings(True)
    before = warnings.showwarning

    def show_warning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if file is not None:
            before(message, category, filename, lineno, file, line)
            return
        fields: dict[str, Any] = {"category": category.__name__, "file": filename, "line": lineno}
        text = text_of(message)
        if levels.threshold(_COMPONENT) <= WARNING:
            emit(WARNING, _COMPONENT, text, fields)
        _pass_on(text, category, filename, lineno, line)
        if theirs is not None:
            theirs(message, category, filename, lineno, file, line)

    warnings.showwarning = show_warning

    def uninstall() -> None:
        if warnings.showwarning is show_warning:
            warnings.showwarning = before
            logging.captureWarnings(False)

    return uninstall


def _pass_on(text: str, category: type[Warning], filename: str, lineno: int, line: str | None) -> None:
    """Hand the warning to other handlers, in the words of ``logging.captureWarnings``."""
    logger = logging.getLogger(_COMPONENT)
    if logger.isEnabledFor(WARNING):
        shown = warnings.formatwarning(text, category, filename, lineno, line)
        where = sys._getframe().f_code.co_filename  # noqa: SLF001
        record = logger.makeRecord(_COMPONENT, WARNING, where, 0, "%s", (shown,), None)
        pass_on(logger, record)
