"""The door for Python's warnings: each becomes a record, where the filters let it."""

import logging
import warnings
from typing import TextIO

from logcorr.doors import Uninstall
from logcorr.doors.log_record import Told
from logcorr.doors.standing_in import as_standard
from logcorr.encoding.values import text_of

_STANDARD = ("warnings", "_py_warnings", "logging", __name__)


def install() -> Uninstall:
    """Open the door. Other handlers, a ``showwarning`` of the application's and files of warnings get theirs too."""
    found = warnings.showwarning
    theirs = None if getattr(found, "__module__", "") in _STANDARD else found
    # Later calls of captureWarnings by others (Celery's) then find it done and leave the function below in place.
    logging.captureWarnings(True)
    before = warnings.showwarning

    @as_standard
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
        # As logging.captureWarnings has it: the logger's level and filters hold, and its handlers get these words.
        words = warnings.formatwarning(message, category, filename, lineno, line)
        fields = {"category": category.__name__, "file": filename, "line": lineno}
        logging.getLogger("py.warnings").warning(Told(words, text_of(message), fields))
        if theirs is not None:
            theirs(message, category, filename, lineno, file, line)

    warnings.showwarning = show_warning

    def uninstall() -> None:
        if warnings.showwarning is show_warning:
            warnings.showwarning = before
            logging.captureWarnings(False)

    return uninstall
