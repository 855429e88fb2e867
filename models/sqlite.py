"""What SQLite needs to keep the promises that PostgreSQL keeps by itself."""

import fcntl
from pathlib import Path

from sqlalchemy import Engine, event

BUSY_TIMEOUT = "PRAGMA busy_timeout=30000"  # milliseconds


def settle(engine: Engine) -> None:
    """Bring the write-ahead log into the file and empty it: what was erased is then overwritten everywhere.

    Waits for nobody: where somebody reads or writes just now, the next call does it.
    """
    with engine.connect() as connection:
        for pragma in ("COMMIT", "PRAGMA busy_timeout=0", "PRAGMA wal_checkpoint(TRUNCATE)", BUSY_TIMEOUT, "BEGIN"):
            connection.exec_driver_sql(pragma)


def prepare(engine: Engine) -> None:
    """Set up a SQLite engine: WAL, synchronous=FULL, foreign keys, writers that queue up, and what is erased overwritten.

    A write (see `base.writing`) waits for a lock of the kernel and then begins IMMEDIATE: the kernel wakes waiting
    writers in turn, where SQLite's own waiting starves the unlucky. The lock ends with the connection's return to the
    pool, which is after the commit, or with the process.
    """
    lock_path = Path(f"{engine.url.database}.lock")

    @event.listens_for(engine, "connect")
    def _connect(connection, _record):
        connection.isolation_level = None  # SQLAlchemy's BEGIN is the only one
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(BUSY_TIMEOUT)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection):
        if connection.get_execution_options().get("writing"):
            lock = connection.connection.record_info["lock"] = lock_path.open("w")
            fcntl.flock(lock, fcntl.LOCK_EX)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine, "checkin")
    @event.listens_for(engine, "invalidate")
    def _release(_connection, record, _error=None):
        if lock := record.record_info.pop("lock", None):
            lock.close()
