"""SQL comments: what the database is told of a statement's origin, and that nothing else of it changes."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from opentelemetry.context import attach, detach
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context
from sqlalchemy import Engine, StaticPool, create_engine, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import logcorr
from logcorr.integrations.sqlcommenter import comment, instrument
from tests.support.program import run_program

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PAIR = re.compile(r"([^=,]+)='([^']*)'")


class Base(DeclarativeBase):
    """The tables of these tests."""


class Order(Base):
    """A table."""

    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]


class Traced:
    """An engine of SQLite, and the statements that the database itself has seen."""

    def __init__(self, **options: Any) -> None:
        self.seen: list[str] = []
        self.engine = create_engine("sqlite://", creator=self._connect, poolclass=StaticPool, **options)
        Base.metadata.create_all(self.engine)
        self.seen.clear()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", factory=Pyformat, check_same_thread=False)
        connection.set_trace_callback(self.seen.append)
        return connection

    def comments(self) -> list[dict[str, str]]:
        """The comment of each statement that the database has seen; of one without a comment, none."""
        return [pairs_of(sql) for sql in self.seen if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]


class PyformatCursor(sqlite3.Cursor):
    """A cursor that takes "%(name)s" as well, as the drivers of PostgreSQL and MySQL do: with Python's own "%"."""

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        if isinstance(parameters, dict):
            sql = sql % {name: f":{name}" for name in parameters}
        return super().execute(sql, parameters)


class Pyformat(sqlite3.Connection):
    """A connection with such cursors."""

    def cursor(self, factory: Any = PyformatCursor) -> Any:
        return super().cursor(factory)


def pairs_of(sql: str) -> dict[str, str]:
    """The comment at the end of *sql*, decoded."""
    match = re.search(r"/\*(.*)\*/;?\s*$", sql, re.DOTALL)
    return {unquote(name): unquote(value) for name, value in PAIR.findall(match[1])} if match else {}


@pytest.fixture
def work() -> Iterator[str]:
    with logcorr.operation("work", closing_record=False, tenantId="acme", runId="run-7") as unit:
        ids = unit.span.get_span_context()
        yield f"00-{ids.trace_id:032x}-{ids.span_id:016x}-03"


@pytest.fixture
def traced() -> Iterator[Traced]:
    found = Traced()
    yield found
    found.engine.dispose()


def test_the_comment_is_as_the_specification_writes_it(work: str) -> None:
    """Sorted keys, values in single quotes, at the end of the statement, before its semicolon."""
    expected = f"/*tenantId='acme',traceparent='{work}'*/"
    assert comment("SELECT 1") == f"SELECT 1 {expected}"
    assert comment("SELECT 1;\n") == f"SELECT 1 {expected};\n"
    assert comment("SELECT 1", fields=["runId"]) == "SELECT 1 /*runId='run-7'*/"
    assert comment("SELECT 1", fields=["runId", "tenantId"]) == "SELECT 1 /*runId='run-7',tenantId='acme'*/"


def test_the_senders_decision_is_in_the_traceparent() -> None:
    """Of a trace that is not sampled the comment says so."""
    span = NonRecordingSpan(SpanContext(int(TRACE, 16), 7, is_remote=True, trace_flags=TraceFlags(0)))
    token = attach(set_span_in_context(span))
    try:
        assert comment("SELECT 1") == f"SELECT 1 /*traceparent='00-{TRACE}-{7:016x}-00'*/"
    finally:
        detach(token)


@pytest.mark.parametrize(
    "sql",
    [
        "",
        " \n",
        ";",
        "SELECT 1 /* mine */",
        "SELECT /*+ INDEX(a b) */ 1",
        "SELECT 1 -- mine",
        "-- mine\nSELECT 1",
        "SELECT '/*'",
        "CREATE VIEW v AS SELECT 1",
        " create index i on t (a)",
        "ALTER TABLE t ADD b",
        b"SELECT 1",
        None,
        7,
    ],
    ids=repr,
)
@pytest.mark.usefixtures("work")
def test_statements_that_stay(sql: Any) -> None:
    """One that has a comment, defines something, is empty or is no text comes back as the object it is."""
    assert comment(sql) is sql


def test_nothing_in_force_is_no_comment(traced: Traced) -> None:
    """Outside a unit of work statements are as they were, and so they are where only other fields are asked for."""
    instrument(traced.engine)
    sql = "SELECT 1"
    assert comment(sql) is sql
    with traced.engine.connect() as connection:
        connection.execute(text(sql))
    assert traced.seen[-1] == sql
    with logcorr.operation("work", closing_record=False):
        assert comment(sql, fields=["planId"]) is sql


HOSTILE = [
    "' OR 1=1; DROP TABLE orders; --",
    "*/ DROP TABLE orders; /*",
    "\\' \\",
    "line\r\nbreak\x00\x1b[31m",
    "%(x)s %s %% :x ? $1",
    "ünïcode \N{GRINNING FACE} \ud800",
    "'" * 300,
]


@pytest.mark.parametrize("paramstyle", ["qmark", "pyformat"])
@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_no_value_leaves_its_quotes(value: str, paramstyle: Any) -> None:
    """Whatever a field holds, the database sees one statement, its parameters and one comment of plain characters."""
    traced = Traced(paramstyle=paramstyle)
    instrument(traced.engine)
    with logcorr.operation("work", closing_record=False, tenantId=value), traced.engine.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES (:n, :note)"), {"n": 1, "note": value[:3]})
        assert (
            connection.execute(text("SELECT count(*) FROM orders WHERE number = :n"), {"n": 1}).scalar() == 1
        )
    statements = [sql for sql in traced.seen if "orders" in sql]
    assert len(statements) == 2
    for sql in statements:
        assert re.fullmatch(
            r"/\*tenantId='[A-Za-z0-9_.~%-]*',traceparent='[0-9a-f-]{55}'\*/", sql[sql.index("/*") :]
        )
        assert pairs_of(sql)["tenantId"] == value[:256].replace("\ud800", "?")
    traced.engine.dispose()


def test_a_field_that_cannot_be_written(work: str) -> None:
    """An object that fails when it is asked for its text costs the comment, not the statement."""

    class Broken:
        def __str__(self) -> str:
            raise ValueError("no")

    with logcorr.bound(tenantId=Broken()):
        assert comment("SELECT 1") == "SELECT 1"
        assert comment("SELECT 1", fields=["traceparent"]) == f"SELECT 1 /*traceparent='{work}'*/"


def test_every_way_to_execute(traced: Traced, work: str) -> None:
    """text(), Core, many rows, the ORM: each statement has the comment, and does what it did."""
    instrument(traced.engine)
    with traced.engine.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES (1, 'one')"))
        connection.execute(insert(Order), [{"number": n, "note": "many"} for n in (2, 3)])
        assert connection.execute(select(Order.number)).scalars().all() == [1, 2, 3]
        assert connection.exec_driver_sql("SELECT note FROM orders WHERE number = ?", (1,)).scalar() == "one"
    with Session(traced.engine) as session:
        session.add_all([Order(number=4, note="a"), Order(number=5, note="b")])
        session.flush()
        session.get_one(Order, 4).note = "changed"
        session.commit()
        assert session.scalars(select(Order.note).where(Order.number > 3)).all() == ["changed", "b"]
    comments = traced.comments()
    assert len(comments) >= 7
    assert all(found == {"traceparent": work, "tenantId": "acme"} for found in comments)


def test_each_statement_has_the_span_that_it_is_made_in(traced: Traced) -> None:
    """SQLAlchemy's cache of compiled statements keeps no comment: the next unit of work's statement has its own."""
    instrument(traced.engine, fields=["traceparent"])
    spans = []
    for _ in range(3):
        with logcorr.operation("work", closing_record=False) as unit, traced.engine.connect() as connection:
            connection.execute(select(Order.number))
            spans.append(f"{unit.span.get_span_context().span_id:016x}")
    assert [found["traceparent"][36:52] for found in traced.comments()] == spans


@pytest.mark.usefixtures("work")
def test_fields_that_repeat_keep_texts_the_same(traced: Traced) -> None:
    """Without the traceparent the text of a statement is the same each time, as caches by text want it."""
    instrument(traced.engine, fields=["tenantId"])
    with traced.engine.connect() as connection:
        for _ in range(3):
            with logcorr.operation("inner", closing_record=False):
                connection.execute(select(Order.number))
    assert len(set(traced.seen) - {"BEGIN (implicit)"}) == 1
    assert traced.comments()[0] == {"tenantId": "acme"}


def test_twice_is_once(traced: Traced, work: str) -> None:
    """An engine that is instrumented twice comments its statements once, with the first one's fields."""
    instrument(traced.engine, fields=["traceparent"])
    instrument(traced.engine)
    with traced.engine.connect() as connection:
        connection.execute(select(Order.number))
    assert traced.seen[-1].count("/*") == 1
    assert traced.comments()[-1] == {"traceparent": work}


def test_an_engine_of_asyncio(traced: Traced, work: str) -> None:
    """An AsyncEngine's statements are made in the caller's context, and are commented with its ids."""
    traced.engine.dialect.is_async = True
    engine = AsyncEngine(traced.engine)
    instrument(engine)

    async def ask() -> Any:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda inner: inner.execute(text("SELECT 7")).scalar())

    assert asyncio.run(ask()) == 7
    assert (
        pairs_of(traced.seen[-1] if "SELECT" in traced.seen[-1] else traced.seen[-2])["traceparent"] == work
    )


@pytest.mark.usefixtures("work")
def test_drivers_that_rewrite_many_rows(traced: Traced) -> None:
    """For MySQL a statement for many rows stays as it is: with a comment its drivers would send row by row."""
    instrument(traced.engine)
    traced.engine.dialect.name = "mysql"
    with traced.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO orders VALUES (?, ?)", [(1, "a"), (2, "b")])
        connection.exec_driver_sql("SELECT 1")
    assert [bool(found) for found in traced.comments()] == [False, False, True]


@pytest.mark.parametrize("engine", ["sqlite://", None, Engine, object()], ids=str)
def test_what_is_no_engine_is_refused(engine: Any) -> None:
    """The error names what was given, and what to give."""
    with pytest.raises(logcorr.ConfigError, match="create_engine"):
        instrument(engine)


@pytest.mark.parametrize("fields", ["traceparent", [7]])
def test_fields_that_are_no_list_of_names_are_refused(traced: Traced, fields: Any) -> None:
    """A single name is a common slip: it would be taken for its letters."""
    with pytest.raises(logcorr.ConfigError, match="give a list of names"):
        instrument(traced.engine, fields=fields)


def test_without_sqlalchemy(tmp_path: Any) -> None:
    """comment() needs no SQLAlchemy; instrument() says how to install it."""
    run_program(
        "import sys\n"
        "sys.modules['sqlalchemy'] = None\n"
        "from logcorr.integrations.sqlcommenter import comment, instrument\n"
        "assert comment('SELECT 1') == 'SELECT 1'\n"
        "try:\n"
        "    instrument(None)\n"
        "except ModuleNotFoundError as error:\n"
        "    assert error.__notes__ == [\"pip install 'logcorr[sqlcommenter]'\"]\n"
        "else:\n"
        "    raise AssertionError\n",
        tmp_path,
    )
