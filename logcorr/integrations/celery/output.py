"""What Celery's programs print: a banner for a terminal only, and records for who reads standard output line by line."""

import atexit
import logging
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from celery import signals
from celery.app.log import MP_LOG
from celery.apps.beat import Beat
from celery.utils.log import mlevel

from logcorr.integrations.celery.printed import Printed, end_printed_lines

_CORRELATED = "_logcorr_correlated"
_POOL = "multiprocessing"
# How Celery tells a worker's children of its settings.
_TOLD = ("CELERY_LOG_REDIRECT", "CELERY_LOG_REDIRECT_LEVEL")


def install() -> None:
    """Keep the output of workers and of beat to records."""
    signals.setup_logging.connect(_leave_logging, weak=False, dispatch_uid="logcorr.logging")
    # The first of these may have been sent, where configure() is called by a receiver of it or of the next.
    for signal in (signals.celeryd_init, signals.celeryd_after_setup):
        signal.connect(_without_banner, weak=False, dispatch_uid="logcorr.banner")
    for signal in (signals.worker_init, signals.celeryd_after_setup):
        signal.connect(_take_printed, weak=False, dispatch_uid="logcorr.printed")
    signals.worker_process_init.connect(_take_printed_too, weak=False, dispatch_uid="logcorr.printed_too")
    if not hasattr(Beat.run, _CORRELATED):
        Beat.run, Beat.setup_logging = _quiet(Beat.run), _printing(Beat.setup_logging)


def _leave_logging(**_: Any) -> None:
    """Having a receiver is what keeps Celery from setting up logging itself, of which its pool's level alone is wanted."""
    pool = logging.getLogger(_POOL)
    if not (pool.level or MP_LOG):
        pool.setLevel(logging.ERROR)  # else it tells of each child that begins, which may be one a task


def _without_banner(instance: Any = None, **_: Any) -> None:
    from celery.apps import worker

    if not _is_at_terminal():
        instance.quiet = True
        worker.safe_say = _say


def _take_printed(sender: Any = None, instance: Any = None, **_: Any) -> None:
    # Celery's own setting: worker_redirect_stdouts. Its proxy makes a record of each argument of print().
    program = instance or sender
    if getattr(program, "redirect_stdouts", False):
        level = mlevel(program.redirect_stdouts_level)
        _print_at(level)
        os.environ.update(zip(_TOLD, ("1", logging.getLevelName(level)), strict=True))
        atexit.register(end_printed_lines)


def _take_printed_too(**_: Any) -> None:
    # In a child that was not forked, and has begun with streams of its own.
    redirected, level = (os.environ.get(name, "") for name in _TOLD)
    if redirected:
        _print_at(logging.getLevelNamesMapping().get(level, logging.WARNING))


def _print_at(level: int) -> None:
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


def _printing(set_up: Callable[..., None]) -> Callable[..., None]:
    @wraps(set_up)
    def set_up_printing(beat: Any, *args: Any, **kwargs: Any) -> None:
        set_up(beat, *args, **kwargs)
        _take_printed(beat)

    return set_up_printing


def _is_at_terminal() -> bool:
    try:
        return sys.__stdout__ is not None and sys.__stdout__.isatty()
    except ValueError:  # closed
        return False
