"""Tasks: why one was postponed, apart from what it waits for and why it is not relevant."""

from peewee import *


def up(migrator, db):
    """Reasons given before stay where they were written, in the task's `reason` and its history."""
    migrator.migrate(migrator.add_column("task", "postpone_reason", BlobField(null=True)))
