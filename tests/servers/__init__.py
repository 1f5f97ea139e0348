"""Servers that the tests start for themselves: PostgreSQL, mail, a clock, a browser."""

from .browser import Browser, chromium, whole_chromium
from .clock import COPENHAGEN, TestClock
from .mail import Encryption, Letter, MailServer, Mode, make_certificate
from .postgres import (
    KeptPool,
    PostgresCluster,
    Rows,
    create_database,
    empty_tables,
    fill_tables,
    kept_rows,
    postgres_binaries,
)
from .running import Running, free_port, wait_until
from .served import Served

__all__ = [
    "COPENHAGEN",
    "Browser",
    "Encryption",
    "KeptPool",
    "Letter",
    "MailServer",
    "Mode",
    "PostgresCluster",
    "Rows",
    "Running",
    "Served",
    "TestClock",
    "chromium",
    "create_database",
    "empty_tables",
    "fill_tables",
    "free_port",
    "kept_rows",
    "make_certificate",
    "postgres_binaries",
    "wait_until",
    "whole_chromium",
]
