"""Which journals a command reads: the files it was given, or the one that is configured."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from logcorr.errors import ConfigError
from logcorr.journal.format import rotated_files
from logcorr.viewer.reading import Journal, Unread


class NoJournal(click.ClickException):
    """Nothing to read: one line that names the path and what to do; exit code 2."""

    exit_code = 2


def configured() -> Path:
    """The journal that logcorr.configure() would write here and now."""
    from logcorr.config import Settings

    try:
        path = Settings.load().journal
    except ConfigError as error:
        raise NoJournal(f"{error}; or name the FILE to read") from None
    if path is None:
        raise NoJournal("no journal is configured (file=False); name the FILE to read")
    return path


def chosen(files: Sequence[Path]) -> list[Path]:
    """The journals to read, each once: a rotated file given beside its base (``server.log*``) is part of it."""
    paths = list(dict.fromkeys(path.resolve() for path in files or [configured()]))
    parts = {part for path in paths for part in rotated_files(path)}
    return [path for path in paths if path not in parts]


def say_awaited(path: Path) -> None:
    """Say on stderr that a command waits for the journal *path* to be made."""
    click.echo(f"{path} does not exist yet, waiting for it", err=True)


@contextmanager
def opened(paths: Sequence[Path], unread: Unread) -> Iterator[list[Journal]]:
    """The journals, open for reading. Raises NoJournal for one that cannot be."""
    with ExitStack() as stack:
        yield [stack.enter_context(_open(path, unread)) for path in paths]


def _open(path: Path, unread: Unread) -> Journal:
    with readable(path):
        return Journal(path, unread)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Whatever in the block keeps the journal *path* from being read, as a NoJournal that says what to do."""
    try:
        yield
    except FileNotFoundError:
        raise NoJournal(
            f"no journal at {path}; name the FILE to read, or set LOGCORR_FILE to the one the service writes"
        ) from None
    except OSError as error:
        raise NoJournal(f"{path} cannot be read: {error.strerror}; name another FILE") from None
