"""What a database sees of the ids: each statement is printed as SQLite got it.

python integrations/sqlcommenter/app.py
"""

import sqlite3

from sqlalchemy import StaticPool, create_engine, text

import logcorr
from logcorr.integrations.sqlcommenter import comment, instrument

logcorr.configure(service="ledger", console=False)
log = logcorr.get_logger("ledger")


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.set_trace_callback(print)
    return connection


engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
instrument(engine)

with engine.begin() as database:
    database.execute(text("CREATE TABLE entries (amount INTEGER)"))

with logcorr.operation("book", tenantId="tenant-7"):
    with engine.begin() as database:
        database.execute(text("INSERT INTO entries VALUES (:amount)"), {"amount": 42})
        database.execute(text("SELECT amount /* as it was booked */ FROM entries"))
    log.info("Booked")

with logcorr.operation("count", tenantId="tenant-8"), engine.connect() as database:
    driver = database.connection.driver_connection
    if driver is not None:
        driver.execute(comment("SELECT count(*) FROM entries", fields=["tenantId"]))
    log.info("Counted")
