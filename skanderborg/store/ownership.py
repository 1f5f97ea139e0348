"""On PostgreSQL the tables may belong to another role than the program's, which then cannot take their triggers away.

`flask init` is given the address for the owner (SKB_DATABASE_OWNER_URL), makes the tables as that role, and grants the
program's what it needs: of the log and of evidence not to change, of the list of migrations to read.
Evidence itself refuses to be deleted while no erasure of its case is under way, an event where no checkpoint stands for
it.
"""

from .connection import db, is_postgres

NEVER = {  # what the program never does to a table
    "event": "UPDATE", "chain_head": "DELETE", "log_count": "DELETE", "anchor": "DELETE",
    "file_chunk": "UPDATE", "incident_version": "UPDATE", "erasure": "DELETE", "checkpoint": "DELETE",
    "schema_migration": "INSERT, UPDATE, DELETE",
}  # fmt: skip

OF_THE_SERVER = ("pg_execute_server_program", "pg_read_server_files", "pg_write_server_files")


def role() -> str:
    """The role that the open connection has."""
    return str(db.execute_sql("SELECT current_user").fetchone()[0])


def is_mighty() -> bool:
    """Whether the open connection's role may do what no program needs: everything, give itself rights, see past the
    rules for rows, copy the whole server, or reach the server's files and commands."""
    if not is_postgres():
        return False
    sql = f"""SELECT rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication OR EXISTS (
        SELECT 1 FROM pg_roles AS server WHERE server.rolname IN ({", ".join(["%s"] * len(OF_THE_SERVER))})
        AND pg_has_role(current_user, server.oid, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"""  # noqa: S608
    return bool(db.execute_sql(sql, OF_THE_SERVER).fetchone()[0])


def is_overheard() -> bool:
    """Whether the open connection comes from another machine and is not encrypted."""
    if not is_postgres():
        return False
    sql = "SELECT NOT ssl AND NOT inet_client_addr() <<= ANY (%s::inet[]) FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    return bool(db.execute_sql(sql, (["127.0.0.0/8", "::1/128"],)).fetchone()[0])


def is_owner() -> bool:
    """Whether the program's role owns the log, and could take its triggers away; on SQLite whoever has the file can."""
    if not is_postgres():
        return False
    sql = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'event'::regclass"
    return bool(db.execute_sql(sql).fetchone()[0])


def grant(program: str) -> None:
    """Let the program's role read and write all tables but for what it never does; as the owner of the tables."""
    name = '"' + program.replace('"', '""') + '"'
    for statement in (
        "GRANT USAGE ON SCHEMA public TO",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO",
    ):
        db.execute_sql(f"{statement} {name}")
    for table, rights in NEVER.items():
        db.execute_sql(f'REVOKE {rights} ON "{table}" FROM {name}')
