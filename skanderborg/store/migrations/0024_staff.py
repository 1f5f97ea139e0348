"""Staff: the name as it is, apart from how it is shown; a last day; and a letter that goes to a former address."""

from peewee import *


def up(migrator, db):
    """The name is what it was; `flask init` tells two of one name apart."""
    migrator.migrate(
        migrator.add_column("person", "plain_name", CharField(max_length=120, default="")),
        migrator.add_column("person", "ends_on", DateField(null=True)),
        migrator.add_column("outbox_letter", "address", BlobField(null=True)),
    )
    db.execute_sql('UPDATE "person" SET "plain_name" = "name"')
