"""Casework: assessment, safety, network, children, sharing, police, roles, and what administrators edit."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


SEALED_COLUMNS = [
    ("case", "safe_when"), ("case", "safe_never"), ("case", "safe_reminder"),
    ("party", "born"), ("party", "address"), ("party", "institution"),
]  # fmt: skip
STILL_TO_COME = (
    'CREATE INDEX "deadline_still_to_come" ON "deadline" ("due_at") WHERE (("owed_at" IS NULL) AND ("void_at" IS NULL))'
)
ONE_DUTY_EACH = 'CREATE UNIQUE INDEX "task_open_duty" ON "task" ("case_id", "duty_of_id") WHERE ("closed_at" IS NULL)'
DUTY_WITHOUT_OWNER = """UPDATE "task" SET "assignee_id" = (
    SELECT "person_id" FROM "relation"
    WHERE "relation"."case_id" = "task"."case_id" AND "kind" = 'primary-contact' AND "until_at" IS NULL
) WHERE "kind" = 'child-report' AND "assignee_id" IS NULL AND "closed_at" IS NULL"""
DUTY_IS_ITS_OWNERS = """UPDATE "task" SET "duty_of_id" = "assignee_id" WHERE "kind" = 'child-report'"""


def up(migrator, db):
    for table, column in SEALED_COLUMNS:
        migrator.migrate(migrator.add_column(table, column, BlobField(null=True)))
    migrator.migrate(
        migrator.add_column("party", "protection", CharField(max_length=12, null=True)),
        migrator.add_column("party", "protection_until", DateField(null=True)),
        migrator.add_column("party", "removed_at", Utc(null=True)),
    )

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Party(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "party"

    class Note(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "note"

    class Task(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "task"

    class CaseLink(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        other = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        kind = CharField(max_length=20)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        ended_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "case_link"
            constraints = [
                Check("kind IN ('opposing-party', 'same-person', 'same-parties')"),
                Check("case_id <> other_id"),
            ]

    db.create_tables([CaseLink])

    class Handover(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        from_person = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        to_person = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        note = BlobField(null=True)
        offered_at = Utc()
        answered_at = Utc(null=True)
        outcome = CharField(null=True, max_length=12)

        class Meta:
            database = db
            table_name = "handover"
            constraints = [
                Check("outcome IN ('accepted', 'declined', 'withdrawn')"),
                Check("(outcome IS NULL) = (answered_at IS NULL)"),
            ]

    db.create_tables([Handover])

    class RoleShare(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        side = CharField(max_length=12)
        who = BlobField(null=True)
        does = BlobField(null=True)
        contact = BlobField(null=True)
        since_on = DateField(null=True)
        ended_at = Utc(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "role_share"
            constraints = [
                Check("side IN ('inside', 'outside')"),
            ]

    db.create_tables([RoleShare])

    class Transfer(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        municipality = BlobField(null=True)
        receiver = BlobField(null=True)
        what = BlobField(null=True)
        basis = CharField(max_length=20)
        on = DateField()
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "transfer"
            constraints = [
                Check("basis IN ('consent', 'necessary', 'acute')"),
            ]

    db.create_tables([Transfer])

    class Assessment(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        number = IntegerField()
        answers = BlobField(null=True)
        has_danger = BooleanField(default=False)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "assessment"
            indexes = ((("case", "number"), True),)

    db.create_tables([Assessment])

    class RiskRecord(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        instrument = BlobField(null=True)
        assessor = BlobField(null=True)
        made_on = DateField()
        level = CharField(max_length=12)
        level_text = BlobField(null=True)
        valid_until = DateField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "risk_record"
            constraints = [
                Check("level IN ('low', 'medium', 'high', 'other')"),
            ]

    db.create_tables([RiskRecord])

    class Journalised(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        about = CharField(unique=True, max_length=40)
        number = BlobField(null=True)
        on = DateField()
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "journalised"

    db.create_tables([Journalised])

    class Consent(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        scope = BlobField(null=True)
        way = CharField(max_length=12)
        given_on = DateField()
        expires_on = DateField(null=True)
        withdrawn_on = DateField(null=True)
        withdrawn_note = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "consent"
            constraints = [
                Check("way IN ('spoken', 'written')"),
                Check("expires_on IS NULL OR expires_on >= given_on"),
            ]

    db.create_tables([Consent])

    class Disclosure(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        about = CharField(null=True, max_length=40)
        what = BlobField(null=True)
        to_whom = BlobField(null=True)
        why = BlobField(null=True)
        basis = CharField(max_length=20)
        consent = ForeignKeyField(Consent, null=True, on_delete="RESTRICT", backref="+")
        on = DateField()
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "disclosure"
            constraints = [
                Check("basis IN ('consent', 'necessary', 'acute', 'section-115')"),
            ]

    db.create_tables([Disclosure])

    class Deadline(Model):
        ref = CharField(max_length=26, primary_key=True)
        kind = CharField(max_length=24)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        about = CharField(max_length=40)
        due_at = Utc()
        created_at = Utc()
        owed_at = Utc(null=True)
        void_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "deadline"
            constraints = [
                Check("kind IN ('address-expires', 'order-expires', 'consent-expires', 'warning-review')"),
            ]

    db.create_tables([Deadline])

    class SafetyItem(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        area = CharField(max_length=12)
        text = BlobField(null=True)
        status = CharField(max_length=12)
        who = BlobField(null=True)
        due_on = DateField(null=True)
        closed_on = DateField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "safety_item"
            constraints = [
                Check("area IN ('home', 'work', 'relatives', 'digital', 'escape')"),
                Check("status IN ('planned', 'in-place', 'dropped')"),
            ]

    db.create_tables([SafetyItem])

    class WarningNote(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        text = BlobField(null=True)
        review_on = DateField()
        ended_at = Utc(null=True)
        end_reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "warning_note"

    db.create_tables([WarningNote])

    class NetworkPerson(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        name = BlobField(null=True)
        relation_text = BlobField(null=True)
        contact = BlobField(null=True)
        can_help = BlobField(null=True)
        may_know = CharField(max_length=12)
        told_on = DateField(null=True)
        agreed = BlobField(null=True)
        is_witness = BooleanField(default=False)
        removed_at = Utc(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "network_person"
            constraints = [
                Check("may_know IN ('may-know', 'must-not', 'unclear')"),
            ]

    db.create_tables([NetworkPerson])

    class Institution(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        kind = CharField(max_length=12)
        name = BlobField(null=True)
        contact = BlobField(null=True)
        child = ForeignKeyField(Party, null=True, index=False, on_delete="RESTRICT", backref="+")
        custody_clear = CharField(max_length=8)
        instruction = BlobField(null=True)
        instructed_on = DateField(null=True)
        removed_at = Utc(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "institution"
            constraints = [
                Check("kind IN ('school', 'daycare', 'work', 'housing', 'other')"),
                Check("custody_clear IN ('yes', 'no', 'unknown')"),
            ]

    db.create_tables([Institution])

    class ChildReport(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        task = ForeignKeyField(Task, unique=True, on_delete="RESTRICT")
        person = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        outcome = CharField(max_length=12)
        sent_on = DateField(null=True)
        receiver = BlobField(null=True)
        channel = CharField(null=True, max_length=12)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "child_report"
            constraints = [
                Check("outcome IN ('sent', 'not-needed')"),
                Check("channel IN ('digital', 'phone', 'letter', 'in-person')"),
                Check("outcome <> 'sent' OR sent_on IS NOT NULL"),
            ]

    db.create_tables([ChildReport])

    class PoliceReport(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        reported_on = DateField()
        district = BlobField(null=True)
        journal_number = BlobField(null=True)
        officer = BlobField(null=True)
        receipt = CharField(max_length=8)
        tell_us_first = CharField(max_length=8)
        agreed_on = DateField(null=True)
        contact_on = DateField(null=True)
        note = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "police_report"
            constraints = [
                Check("receipt IN ('yes', 'no', 'unknown')"),
                Check("tell_us_first IN ('yes', 'no', 'unknown')"),
            ]

    db.create_tables([PoliceReport])

    class Order(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        from_on = DateField()
        to_on = DateField()
        area = BlobField(null=True)
        journal_number = BlobField(null=True)
        ended_on = DateField(null=True)
        end_reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "order"
            constraints = [
                Check("kind IN ('tilhold', 'strakstilhold', 'opholdsforbud')"),
                Check("to_on >= from_on"),
            ]

    db.create_tables([Order])

    class Breach(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        order = ForeignKeyField(Order, on_delete="RESTRICT")
        on = DateField()
        what = BlobField(null=True)
        reported = CharField(max_length=8)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "breach"
            constraints = [
                Check("reported IN ('yes', 'no', 'unknown')"),
            ]

    db.create_tables([Breach])

    class Edition(Model):
        ref = CharField(max_length=26, primary_key=True)
        kind = CharField(max_length=20)
        key = CharField(max_length=60)
        number = IntegerField()
        body = TextField(null=True)
        by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "edition"
            constraints = [
                Check("kind IN ('contact', 'text', 'closing-days', 'department')"),
            ]
            indexes = ((("kind", "key", "number"), True),)

    db.create_tables([Edition])

    refers_to = {"null": True, "on_delete": "RESTRICT", "backref": "+"}
    migrator.migrate(
        migrator.add_column("request", "frozen_at", Utc(null=True)),
        migrator.add_column("request", "consent_id", ForeignKeyField(Consent, Consent.ref, **refers_to)),
        migrator.add_column("note", "corrects_id", ForeignKeyField(Note, Note.ref, index=False, **refers_to)),
        migrator.add_column(
            "conclusion", "assessment_id", ForeignKeyField(Assessment, Assessment.ref, index=False, **refers_to)
        ),
        migrator.add_column("task", "duty_of_id", ForeignKeyField(Person, Person.ref, index=False, **refers_to)),
        migrator.add_column(
            "exclusion", "decided_by_id", ForeignKeyField(Person, Person.ref, index=False, **refers_to)
        ),
        migrator.add_column("exclusion", "decided_at", Utc(null=True)),
    )
    for statement in (STILL_TO_COME, DUTY_WITHOUT_OWNER, DUTY_IS_ITS_OWNERS, ONE_DUTY_EACH):
        db.execute_sql(statement)
