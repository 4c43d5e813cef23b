"""SQL comments: the ids in force at the end of a statement, where the database's own logs and views show them.

The format is sqlcommenter's: https://google.github.io/sqlcommenter/spec/
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from opentelemetry.trace import get_current_span

import logcorr

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["comment", "instrument"]

TRACEPARENT = "traceparent"
DEFAULT_FIELDS = (TRACEPARENT, "tenantId")

_MAX_VALUE_CHARS = 256
# A comment in a statement is a hint or somebody else's, and the specification leaves such a statement alone.
_COMMENTS = ("/*", "--")
# Of what these statements define the database keeps the text, where ids would stay for ever.
_DEFINITIONS = ("CREATE", "ALTER")
# In their statements "%" begins a parameter: https://peps.python.org/pep-0249/#paramstyle
_PERCENT_STYLES = ("format", "pyformat")
# Their drivers rewrite "INSERT ... VALUES (...)" for many rows into one statement, if it ends there:
# https://github.com/PyMySQL/PyMySQL/blob/main/pymysql/cursors.py (RE_INSERT_VALUES)
_REWRITE_MANY = ("mysql", "mariadb")


def comment(sql: str, *, fields: Sequence[str] = DEFAULT_FIELDS, paramstyle: str = "qmark") -> str:
    """*sql* with those of *fields* that are in force, for any driver: ``cursor.execute(comment(sql), parameters)``.

    *fields* are ``traceparent`` and the names of bound fields. *paramstyle* is the driver's own: where "%" begins a
    parameter it is doubled. A statement that has a comment stays as it is, and so do definitions (CREATE, ALTER).
    """
    try:
        body = sql.rstrip("; \t\r\n")
        if (
            not body
            or any(mark in sql for mark in _COMMENTS)
            or body.lstrip().upper().startswith(_DEFINITIONS)
        ):
            return sql
        text = _comment(fields, paramstyle)
        return f"{body} {text}{sql[len(body) :]}" if text else sql
    except Exception:  # a field whose text cannot be had, a driver's own class of statement
        return sql


def instrument(engine: "Engine | AsyncEngine", *, fields: Any = DEFAULT_FIELDS) -> None:
    """Comment every statement that *engine*, SQLAlchemy's, executes; *fields* as for ``comment``.

    Doing it twice does nothing more: the first comment stays.
    """
    try:
        from sqlalchemy import Engine, event
    except ModuleNotFoundError as error:
        error.add_note("pip install 'logcorr[sqlcommenter]'")
        raise
    if isinstance(fields, str) or not all(isinstance(name, str) for name in fields):
        raise logcorr.ConfigError(
            f"fields={fields!r} is not valid: give a list of names, such as {list(DEFAULT_FIELDS)}"
        )
    target = getattr(engine, "sync_engine", engine)
    if not isinstance(target, Engine):
        raise logcorr.ConfigError(
            f"engine={engine!r} is not valid: give what create_engine() or create_async_engine() returned"
        )

    def add_comment(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
    ) -> tuple[str, Any]:
        dialect = context.dialect if context is not None else target.dialect
        if executemany and dialect.name in _REWRITE_MANY:
            return statement, parameters
        return comment(statement, fields=fields, paramstyle=dialect.paramstyle), parameters

    event.listen(target, "before_cursor_execute", add_comment, retval=True)


def _comment(fields: Sequence[str], paramstyle: str) -> str:
    """The comment for the caller's context; empty where none of *fields* is in force."""
    current = logcorr.current()
    if "trace_id" in current:
        flags = get_current_span().get_span_context().trace_flags
        current[TRACEPARENT] = f"00-{current['trace_id']}-{current['span_id']}-{flags:02x}"
    values = {name: current[name] for name in fields if current.get(name) is not None}
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in values.items())
    text = ",".join(f"{name}='{value}'" for name, value in pairs)
    if paramstyle in _PERCENT_STYLES:
        text = text.replace("%", "%%")
    return f"/*{text}*/" if text else ""


def _encoded(value: Any) -> str:
    # What this leaves are letters, digits and "_.-~": nothing that could end the value, the comment or the statement.
    return quote(str(value)[:_MAX_VALUE_CHARS], safe="", errors="replace")
