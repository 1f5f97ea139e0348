"""The database at one moment, as a file without its data keys; and such a file put in the place of a database.

SQLite writes it by VACUUM INTO, beside the database, and readers and writers go on. Of PostgreSQL it is what `pg_dump`
makes of an exported snapshot, and lies nowhere unencrypted.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import cysqlite
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import age, connection
from .db import db, is_postgres, snapshot
from .keys import DataKey

KEYS = DataKey._meta.table_name
NAME = "database"
Writes = Callable[[Callable[[Any], Any]], Any]  # gives what reads the file to a function, and returns what that says


class Failed(Exception):
    """A program of PostgreSQL did not do what it was asked; the text is its own, of no one's data."""


def kind() -> str:
    """Which of the two databases it is: a file of one is not put in the place of the other."""
    return "postgresql" if is_postgres() else "sqlite"


def bytes_now() -> int:
    """About as many bytes as a copy of the open database takes."""
    if is_postgres():
        return int(db.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0])
    return sum(path.stat().st_size for end in ("", "-wal") if (path := Path(f"{db.obj.database}{end}")).exists())


@contextmanager
def taken(folder: Path) -> Iterator[Writes]:
    """What is read in here is the database at one moment; the function that is given writes just that, without its data
    keys, as the last thing that is done. `folder` is for what must lie somewhere meanwhile."""
    if is_postgres():
        with snapshot():
            name = db.execute_sql("SELECT pg_export_snapshot()").fetchone()[0]
            yield lambda read: _dumped(name, read)
        return
    copy = folder / NAME
    with _alone(db.obj.database) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(age.PRIVATE)
    with connection.instead(f"sqlite:///{copy}"):
        db.connect()
        yield lambda read: _bared(copy, read)


def _bared(copy: Path, read: Callable[[Any], Any]) -> Any:
    connection.dispose()
    with _alone(copy) as file:
        file.execute("PRAGMA secure_delete = 1")  # else the wrapped keys stay in pages that are free
        file.execute("PRAGMA journal_mode = memory")
        file.execute(f'DELETE FROM "{KEYS}"')  # noqa: S608 a table of ours
    with copy.open("rb") as opened:
        return read(opened)


@contextmanager
def _alone(path: str | Path) -> Iterator[Any]:
    """A connection of its own, which may say what the program's may not."""
    opened = cysqlite.connect(str(path), timeout=connection.WRITER_WAIT_SECONDS)
    try:
        yield opened
    finally:
        opened.close()


def settled(file: Path) -> None:
    """Let a SQLite file be whole by itself, without a WAL beside it, and on the disk."""
    with _alone(file) as opened:
        opened.execute("PRAGMA journal_mode = delete")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────


class Twice:
    """What comes out of one program goes to two readers: to who asks, and into another program."""

    def __init__(self, source: IO[bytes], beside: IO[bytes]):
        self._source, self._beside = source, beside

    def read(self, size: int = -1) -> bytes:
        """Bytes of the source."""
        got = self._source.read(size)
        self._beside.write(got)
        return got


def _dumped(name: str, read: Callable[[Any], Any]) -> Any:
    """Dump the exported snapshot of that name, while another program reads the archive whole."""
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--exclude-table-data={KEYS}"]
    with _fed(["pg_restore", "--file=/dev/null"]) as reading, _read(["pg_dump", *words, *_target()]) as dumped:
        return read(Twice(dumped, reading))


@contextmanager
def _read(command: list[str]) -> Iterator[IO[bytes]]:
    """What a program of PostgreSQL writes. Raises Failed, also where it broke off in the middle."""
    with _running(command, stdout=subprocess.PIPE) as (program, said):
        try:
            yield program.stdout  # type: ignore[misc]
        except BaseException:
            program.kill()
            raise
        _refuse_failed(program, said)


@contextmanager
def _fed(command: list[str]) -> Iterator[IO[bytes]]:
    """What a program of PostgreSQL reads. Raises Failed, also where it did not want all of it."""
    with _running(command, stdin=subprocess.PIPE) as (program, said):
        try:
            yield program.stdin  # type: ignore[misc]
            program.stdin.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            _refuse_failed(program, said)
            raise
        except BaseException:
            program.kill()
            raise
        _refuse_failed(program, said)


@contextmanager
def _running(command: list[str], **pipes: Any) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """A program of PostgreSQL and what it says when it fails."""
    if shutil.which(command[0]) is None:
        raise Failed(f"{command[0]} findes ikke på denne maskine")
    environment = os.environ | _password()
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(command, stderr=said, env=environment, **pipes)  # noqa: S603 its name is ours
        try:
            yield program, said
        finally:
            for pipe in (program.stdin, program.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            program.wait()


def _refuse_failed(program: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    if program.wait():
        said.seek(0)
        words = said.read().decode(errors="replace").strip().splitlines()
        raise Failed((words or [str(program.args)])[0][:200])


def _address() -> dict[str, Any]:
    return conninfo_to_dict(db.obj.database)


def _target() -> list[str]:
    """Where the database is, without the password, which stands in the list of processes else."""
    return [f"--dbname={make_conninfo(**{name: value for name, value in _address().items() if name != 'password'})}"]


def _password() -> dict[str, str]:
    password = _address().get("password")
    return {"PGPASSWORD": str(password)} if password else {}


def readable(archive: Path) -> None:
    """Read an archive whole. Raises Failed."""
    with _read(["pg_restore", "--file=-", str(archive)]) as script:
        while script.read(age.PIECE):
            pass


EMPTY = """SET client_min_messages = error;
DO $$ DECLARE found record; BEGIN
FOR found IN SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename) AS it FROM pg_tables
  WHERE schemaname = 'public'
UNION ALL SELECT format('DROP VIEW IF EXISTS %I CASCADE', viewname) FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT format('DROP SEQUENCE IF EXISTS %I CASCADE', sequencename) FROM pg_sequences
  WHERE schemaname = 'public'
UNION ALL SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
LOOP EXECUTE found.it; END LOOP; END $$;
"""


def put_in_postgres(archive: Path, rows: Mapping[str, list[dict[str, Any]]]) -> None:
    """Let the open database be what the archive holds, and `rows` of its tables beside. Must run inside a transaction,
    by which it is the old one or whole. Raises Failed."""
    try:
        with db.connection().cursor() as cursor:
            cursor.execute(EMPTY)
            for section in ("pre-data", "data", "post-data"):
                words = ["--no-owner", "--no-privileges", f"--section={section}", "--file=-", str(archive)]
                with _read(["pg_restore", *words]) as script:
                    _say(script, cursor)
            cursor.execute("\n".join(_inserts(rows)))
            cursor.execute("RESET ALL")  # what such a script sets, the path to the tables among it
    except psycopg.Error as error:
        raise Failed(error.diag.message_primary or type(error).__name__) from None


def _say(script: IO[bytes], cursor: Any) -> None:
    """Say what `pg_restore` writes for psql: statements, and rows that each COPY reads behind it."""
    statements: list[bytes] = []
    for line in script:
        if line.startswith(b"COPY "):
            cursor.execute(b"".join(statements))
            statements = []
            with cursor.copy(line) as copy:
                for row in iter(script.readline, b"\\.\n"):
                    copy.write(row)
        elif not line.startswith(b"\\"):  # a word to psql itself
            statements.append(line)
    cursor.execute(b"".join(statements))


def _inserts(rows: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    for table, many in rows.items():
        for row in many:
            columns = ", ".join(f'"{name}"' for name in row)
            yield f'INSERT INTO public."{table}" ({columns}) VALUES ({", ".join(map(_literal, row.values()))});'  # noqa: S608


def _literal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    return "NULL" if value is None else "'{}'".format(str(value).replace("'", "''"))


@contextmanager
def temporary_postgres(name: str) -> Iterator[str]:
    """An empty database of that name on the same server, for the moment; its address. Raises psycopg's
    InsufficientPrivilege where the role may make none."""
    parts = urlsplit(db.obj.database)
    db.execute_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"
    finally:
        db.execute_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
