"""Cases gone silent: which notes and sparring were with the citizen, and when contact is agreed next."""

from peewee import *


def up(migrator, db):
    """What was written before does not say whether the citizen was there, so it counts as no contact."""
    migrator.migrate(
        migrator.add_column("note", "talked", CharField(max_length=12, null=True)),
        migrator.add_column("note", "talked_on", DateField(null=True)),
        migrator.add_column("sparring", "with_citizen", BooleanField(null=True)),
        migrator.add_column("case", "next_contact_on", DateField(null=True)),
        migrator.add_column("case", "next_contact", BlobField(null=True)),
    )
