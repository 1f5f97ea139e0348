"""Deadlines: what went wrong when one fell due, as reminders have it."""

from peewee import *


def up(migrator, db):
    """Nothing was kept before, so there is nothing to carry over."""
    migrator.migrate(migrator.add_column("deadline", "failure", CharField(max_length=60, null=True)))
