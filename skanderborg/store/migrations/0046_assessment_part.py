"""The parts of an assessment that is not finished."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Assessments were written whole before, so there is nothing to carry over."""

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class AssessmentPart(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT")
        section = CharField(max_length=40)
        answers = BlobField(null=True)
        edition = IntegerField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "assessment_part"
            indexes = ((("case", "section"), True),)

    db.create_tables([AssessmentPart])
