"""What has waited too long: who else is told of it, once; and since when a danger sign waits to be looked at."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


SAFETY_OPEN = (
    'CREATE INDEX "task_open_safety" ON "task" ("case_id") WHERE (("closed_at" IS NULL) AND ("kind" = \'safety\'))'
)
STILL_TO_COME = (
    'CREATE INDEX "escalation_still_to_come" ON "escalation" ("due_at") '
    'WHERE (("owed_at" IS NULL) AND ("void_at" IS NULL))'
)


def up(migrator, db):
    """Nobody was told of any of it before: what waits now is found by the first tick."""

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Escalation(Model):
        ref = CharField(max_length=26, primary_key=True)
        kind = CharField(max_length=24)
        case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        about = CharField(max_length=40)
        occasion = CharField(max_length=32)
        due_at = Utc()
        created_at = Utc()
        owed_at = Utc(null=True)
        void_at = Utc(null=True)
        failure = CharField(max_length=60, null=True)

        class Meta:
            database = db
            table_name = "escalation"
            indexes = ((("about", "kind", "occasion", "case"), True),)
            constraints = [
                Check(
                    "kind IN ('safety-untouched', 'safety-overdue', 'must-overdue', 'must-manager', 'queue-untaken', "
                    "'duties-missing', 'resource-away')"
                ),
            ]

    db.create_tables([Escalation])
    migrator.migrate(migrator.add_column("task", "danger_at", Utc(null=True)))
    for statement in (STILL_TO_COME, SAFETY_OPEN):
        db.execute_sql(statement)
