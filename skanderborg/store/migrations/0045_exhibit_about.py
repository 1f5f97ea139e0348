"""Exhibits of what is not in the log: a note, a meeting, a request."""

from peewee import *


def up(migrator, db):
    """Those that are there belong to none of these."""
    migrator.migrate(migrator.add_column("exhibit", "about", CharField(max_length=40, null=True)))
