"""What must be at hand beside the rules for contact, who has read these, and how each person likes the screen."""

from peewee import *


def up(migrator, db):
    """Nobody has put anything away yet."""
    migrator.migrate(
        migrator.add_column("case", "custody", BlobField(null=True)),
        migrator.add_column("case", "counsel", BlobField(null=True)),
        migrator.add_column("person", "put_away", CharField(max_length=200, default="")),
        migrator.add_column("person", "has_shortcuts", BooleanField(default=False)),
    )
    db.execute_sql(
        'CREATE INDEX "event_of_rules" ON "event" ("chain", "action") '
        "WHERE ((\"action\" = 'case:safe-contact-agreed') OR (\"action\" = 'contact-rules:read'))"
    )
