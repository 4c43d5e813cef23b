"""What Celery's programs print: a banner for a terminal only, and records for who reads standard output line by line."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import signals
from celery.apps.beat import Beat
from celery.utils.log import mlevel

from logcorr.integrations.celery.printed import Printed

_CORRELATED = "_logcorr_correlated"


def install() -> None:
    """Keep the output of workers and of beat to records."""
    signals.setup_logging.connect(_leave_logging, weak=False, dispatch_uid="logcorr.logging")
    signals.celeryd_init.connect(_without_banner, weak=False, dispatch_uid="logcorr.banner")
    signals.celeryd_after_setup.connect(_take_printed, weak=False, dispatch_uid="logcorr.printed")
    if not hasattr(Beat.run, _CORRELATED):
        Beat.run = _quiet(Beat.run)


def _leave_logging(**_: Any) -> None:
    """Having a receiver is what keeps Celery from setting up logging itself."""


def _without_banner(instance: Any = None, **_: Any) -> None:
    from celery.apps import worker

    if not _is_at_terminal():
        instance.quiet = True
        worker.safe_say = _say


def _take_printed(instance: Any = None, **_: Any) -> None:
    # Celery's own setting: worker_redirect_stdouts. Its proxy makes a record of each argument of print().
    if getattr(instance, "redirect_stdouts", False):
        level = mlevel(instance.redirect_stdouts_level)
        sys.stdout, sys.stderr = (Printed.instead_of(stream, level) for stream in (sys.stdout, sys.stderr))


def _say(message: Any, *_: Any, **__: Any) -> None:
    logging.getLogger("celery.apps.worker").info("%s", message)


def _quiet(run: Callable[[Any], None]) -> Callable[[Any], None]:
    @wraps(run)
    def run_quietly(beat: Any) -> None:
        if not _is_at_terminal():
            beat.quiet = True
        run(beat)

    setattr(run_quietly, _CORRELATED, True)
    return run_quietly


def _is_at_terminal() -> bool:
    try:
        return sys.__stdout__ is not None and sys.__stdout__.isatty()
    except ValueError:  # closed
        return False
