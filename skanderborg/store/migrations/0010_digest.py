"""The digest: what each person was told of, and on which day."""

from peewee import *


def up(migrator, db):
    """Nobody was told of anything by a digest before, so there is nothing to carry over."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class OutboxLetter(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "outbox_letter"

    class Told(Model):
        person = ForeignKeyField(Person, index=False, on_delete="RESTRICT")
        thing = CharField(max_length=40)
        on = DateField(index=True)
        letter = ForeignKeyField(OutboxLetter, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "told"
            primary_key = CompositeKey("person", "thing", "on")

    db.create_tables([Told])
