"""What the auditor judges, the half-yearly look through who may what, and the log by its instants."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nothing was kept before, so there is nothing to carry over."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Finding(Model):
        ref = CharField(max_length=26, primary_key=True)
        key = CharField(max_length=80, unique=True)
        kind = CharField(max_length=12)
        person = ForeignKeyField(Person, on_delete="RESTRICT", index=False, backref="+")
        since = Utc()
        at = Utc(index=True)
        counted = IntegerField()
        event = CharField(max_length=26, null=True)
        found_at = Utc()
        verdict = CharField(max_length=12, null=True)
        judged_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", index=False, backref="+")
        judged_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "finding"
            constraints = [
                Check("kind IN ('denials', 'cases', 'night', 'wall', 'emergency', 'sample')"),
                Check("verdict IN ('in-order', 'manager', 'breach')"),
                Check("verdict IS NULL OR judged_at IS NOT NULL"),
            ]

    class AccessReview(Model):
        ref = CharField(max_length=26, primary_key=True)
        half = DateField()
        person = ForeignKeyField(Person, on_delete="RESTRICT", index=False, backref="+")
        asked_at = Utc()
        answer = CharField(max_length=4, null=True)
        by = ForeignKeyField(Person, null=True, on_delete="RESTRICT", index=False, backref="+")
        at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "access_review"
            indexes = ((("half", "person"), True),)
            constraints = [Check("answer IN ('keep', 'end')"), Check("answer IS NULL OR at IS NOT NULL")]

    db.create_tables([Finding, AccessReview])
    db.execute_sql('CREATE INDEX "access_review_open" ON "access_review" ("person_id") WHERE ("answer" IS NULL)')
    db.execute_sql('CREATE INDEX "event_at" ON "event" ("at")')
