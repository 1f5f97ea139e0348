"""The first tables: frozen copies, so that what this migration makes never changes with the program."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


PARTIAL_INDEXES = [
    'CREATE INDEX "case_open" ON "case" ("reported_at") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "relation_now_person" ON "relation" ("person_id") WHERE ("until_at" IS NULL)',
    'CREATE UNIQUE INDEX "relation_now" ON "relation" ("case_id", "person_id", "kind") WHERE ("until_at" IS NULL)',
    'CREATE UNIQUE INDEX "relation_one_primary_contact" ON "relation" ("case_id") WHERE (("until_at" IS NULL) AND ("kind" = \'primary-contact\'))',
    'CREATE INDEX "exclusion_now" ON "exclusion" ("case_id") WHERE ("until_at" IS NULL)',
    'CREATE INDEX "task_open_case" ON "task" ("case_id") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "task_open_assignee" ON "task" ("assignee_id") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "task_open_department" ON "task" ("department_id") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "request_open_department" ON "request" ("department_id") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "request_open_asker" ON "request" ("asker_id") WHERE ("closed_at" IS NULL)',
    'CREATE INDEX "reminder_still_to_come" ON "reminder" ("due_at") WHERE (("owed_at" IS NULL) AND ("void_at" IS NULL))',
    'CREATE INDEX "outbox_letter_owed" ON "outbox_letter" ("next_try_at") WHERE ((("sent_at" IS NULL) AND ("failed_at" IS NULL)) AND ("void_at" IS NULL))',
]

# The event chain and its key data are append-only; a later column must therefore be nullable.
SQLITE_APPEND_ONLY = [
    """CREATE TRIGGER event_no_update BEFORE UPDATE ON event
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER event_no_delete BEFORE DELETE ON event
       BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
]
POSTGRES_APPEND_ONLY = [
    """CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$""",
    """CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
       FOR EACH ROW EXECUTE FUNCTION event_is_append_only()""",
]


def up(migrator, db):
    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)
        username = CharField(unique=True, max_length=80)
        name = CharField(max_length=120)
        email = CharField(max_length=254)
        phone = CharField(null=True, max_length=30)
        roles = CharField(max_length=120)
        password_hash = CharField(null=True, max_length=200)
        substitute = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        theme = CharField(max_length=8, default="auto")
        created_at = Utc()
        disabled_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "person"
            constraints = [
                Check("theme IN ('auto', 'light', 'dark')"),
            ]

    db.create_tables([Person])

    class Absence(Model):
        ref = CharField(max_length=26, primary_key=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        from_on = DateField()
        to_on = DateField()

        class Meta:
            database = db
            table_name = "absence"
            constraints = [
                Check("to_on >= from_on"),
            ]

    db.create_tables([Absence])

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)
        code = CharField(unique=True, max_length=8)
        kind = CharField(max_length=20)
        phase = CharField(max_length=20)
        citizen_role = CharField(max_length=20)
        danger_now = CharField(max_length=8)
        children = CharField(max_length=8)
        is_acute = BooleanField(default=False)
        restricted = BooleanField(default=False)
        what_happened = BlobField(null=True)
        safe_contact = BlobField(null=True)
        reported_by = ForeignKeyField(Person, on_delete="RESTRICT")
        reported_at = Utc()
        addressed_to = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        claimed_at = Utc(null=True)
        offered_to = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        sparring_waived = BlobField(null=True)
        close_reason = BlobField(null=True)
        closed_at = Utc(null=True)
        reopened_at = Utc(null=True)
        board_stamp = IntegerField(default=1)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "case"
            constraints = [
                Check("kind IN ('full', 'sparring-only')"),
                Check("phase IN ('suspicion', 'sparring', 'action', 'further-action', 'follow-up', 'closed')"),
                Check("citizen_role IN ('exposed', 'perpetrator', 'unknown')"),
                Check("danger_now IN ('yes', 'no', 'unknown')"),
                Check("children IN ('yes', 'no', 'unknown')"),
                Check("(phase = 'closed') = (closed_at IS NOT NULL)"),
            ]

    db.create_tables([Case])

    class Department(Model):
        ref = CharField(max_length=26, primary_key=True)
        key = CharField(unique=True, max_length=40)
        name = CharField(max_length=120)
        is_115_forum = BooleanField(default=False)
        manager = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        substitute = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        retired_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "department"

    db.create_tables([Department])

    class ClosingPeriod(Model):
        ref = CharField(max_length=26, primary_key=True)
        department = ForeignKeyField(Department, null=True, on_delete="RESTRICT")
        from_on = DateField()
        to_on = DateField()
        label = CharField(max_length=120)

        class Meta:
            database = db
            table_name = "closing_period"
            constraints = [
                Check("to_on >= from_on"),
            ]

    db.create_tables([ClosingPeriod])

    class Conclusion(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        number = IntegerField()
        conclusion = CharField(max_length=20)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "conclusion"
            constraints = [
                Check("conclusion IN ('stalking', 'unclear', 'harassment', 'conflict', 'not-stalking')"),
            ]
            indexes = ((("case", "number"), True),)

    db.create_tables([Conclusion])

    class DataKey(Model):
        scope = CharField(primary_key=True, max_length=40)
        master_id = CharField(max_length=40)
        wrapped = BlobField()

        class Meta:
            database = db
            table_name = "data_key"

    db.create_tables([DataKey])

    class Meeting(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        party = CharField(max_length=20)
        starts_at = Utc()
        ends_at = Utc()
        wall_start = CharField(max_length=16)
        zone = CharField(max_length=40)
        place = BlobField(null=True)
        agenda = BlobField(null=True)
        minutes = BlobField(null=True)
        cancel_reason = BlobField(null=True)
        status = CharField(max_length=20)
        sequence = IntegerField(default=0)
        previous = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = Utc()
        held_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "meeting"
            constraints = [
                Check("status IN ('planned', 'held', 'cancelled')"),
                Check("ends_at > starts_at"),
                Check("kind IN ('follow-up', 'sparring', 'coordination')"),
                Check("party IN ('staff', 'citizen')"),
            ]

    db.create_tables([Meeting])

    class Task(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        box = CharField(max_length=20)
        template = CharField(null=True, max_length=60)
        title = BlobField(null=True)
        brief = BlobField(null=True)
        must = BooleanField(default=False)
        status = CharField(max_length=20)
        due_on = DateField(null=True)
        assignee = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        department = ForeignKeyField(Department, null=True, on_delete="RESTRICT")
        organisation = CharField(null=True, max_length=60)
        meeting = ForeignKeyField(Meeting, null=True, on_delete="RESTRICT")
        reason = BlobField(null=True)
        assessed_on = DateField(null=True)
        closed_at = Utc(null=True)
        closed_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "task"
            constraints = [
                Check(
                    "kind IN ('plain', 'safety', 'network-review', 'referral', 'request', 'mediation', 'child-report')"
                ),
                Check("box IN ('clarification', 'safety', 'own-options', 'network', 'departments', 'referral')"),
                Check("status IN ('not-started', 'active', 'waiting', 'done', 'not-relevant')"),
                Check("(status IN ('done', 'not-relevant')) = (closed_at IS NOT NULL)"),
                Check("status <> 'not-relevant' OR reason IS NOT NULL"),
            ]

    db.create_tables([Task])

    class Decision(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        meeting = ForeignKeyField(Meeting, on_delete="RESTRICT")
        task = ForeignKeyField(Task, null=True, on_delete="RESTRICT")
        text = BlobField(null=True)
        at = Utc()

        class Meta:
            database = db
            table_name = "decision"

    db.create_tables([Decision])

    class Session(Model):
        ref = CharField(max_length=26, primary_key=True)
        id_hash = CharField(unique=True, max_length=64)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = Utc()
        last_seen_at = Utc()
        ends_at = Utc()
        ended_at = Utc(null=True)
        browser = CharField(max_length=60)

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])

    class Draft(Model):
        ref = CharField(max_length=26, primary_key=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        session = ForeignKeyField(Session, on_delete="RESTRICT")
        path = CharField(max_length=200)
        form = BlobField(null=True)
        created_at = Utc()
        used_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "draft"

    db.create_tables([Draft])

    class Event(Model):
        id = BigAutoField()
        ref = CharField(unique=True, max_length=26)
        chain = CharField(max_length=40)
        number = IntegerField()
        at = Utc()
        actor = CharField(null=True, max_length=26)
        action = CharField(max_length=60)
        object_kind = CharField(max_length=30)
        object_ref = CharField(max_length=60)
        outcome = CharField(max_length=12, default="ok")
        is_write = BooleanField()
        request = CharField(max_length=26)
        version = IntegerField(null=True)
        changes = BlobField(null=True)
        mac = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "event"
            indexes = ((("chain", "number"), True),)

    db.create_tables([Event])

    class Exclusion(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        department = ForeignKeyField(Department, null=True, on_delete="RESTRICT")
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        from_at = Utc()
        until_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "exclusion"
            constraints = [
                Check("(person_id IS NULL) <> (department_id IS NULL)"),
            ]

    db.create_tables([Exclusion])

    class FirstResult(Model):
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        verb = CharField(max_length=60)
        key = CharField(max_length=60)
        body_hash = CharField(max_length=64)
        result = CharField(max_length=26)
        at = Utc()

        class Meta:
            database = db
            table_name = "first_result"
            primary_key = CompositeKey("person", "verb", "key")

    db.create_tables([FirstResult])

    class MeetingMove(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        meeting = ForeignKeyField(Meeting, on_delete="RESTRICT")
        was_at = Utc()
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "meeting_move"

    db.create_tables([MeetingMove])

    class Membership(Model):
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        department = ForeignKeyField(Department, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "membership"
            primary_key = CompositeKey("person", "department")

    db.create_tables([Membership])

    class Note(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        theme = BlobField(null=True)
        text = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "note"

    db.create_tables([Note])

    class OneTimeLink(Model):
        token_hash = CharField(primary_key=True, max_length=64)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = Utc()
        ends_at = Utc()
        used_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "one_time_link"

    db.create_tables([OneTimeLink])

    class Request(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        task = ForeignKeyField(Task, unique=True, on_delete="RESTRICT")
        department = ForeignKeyField(Department, on_delete="RESTRICT")
        named = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        handler = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        asker = ForeignKeyField(Person, on_delete="RESTRICT")
        status = CharField(max_length=20)
        ask = BlobField(null=True)
        who = BlobField(null=True)
        contact_rules = BlobField(null=True)
        basis = CharField(max_length=20)
        party_works_there = CharField(max_length=8)
        due_on = DateField()
        answer = BlobField(null=True)
        outcome = CharField(null=True, max_length=20)
        return_reason = BlobField(null=True)
        withdraw_reason = BlobField(null=True)
        suggested = ForeignKeyField(Department, null=True, on_delete="RESTRICT")
        created_at = Utc()
        sent_at = Utc(null=True)
        taken_at = Utc(null=True)
        answered_at = Utc(null=True)
        read_at = Utc(null=True)
        closed_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "request"
            constraints = [
                Check(
                    "status IN ('held-back', 'sent', 'taken', 'question', 'answered', 'read', 'returned', 'withdrawn')"
                ),
                Check("basis IN ('consent', 'necessary', 'acute', 'section-115', 'unsure')"),
                Check("contact_rules IS NOT NULL"),
                Check("status NOT IN ('taken', 'answered', 'read') OR handler_id IS NOT NULL"),
                Check("status <> 'answered' OR answer IS NOT NULL"),
                Check("(status IN ('answered', 'read', 'withdrawn')) = (closed_at IS NOT NULL)"),
            ]

    db.create_tables([Request])

    class Reminder(Model):
        ref = CharField(max_length=26, primary_key=True)
        kind = CharField(max_length=24)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        meeting = ForeignKeyField(Meeting, null=True, on_delete="RESTRICT")
        request = ForeignKeyField(Request, null=True, on_delete="RESTRICT")
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        due_at = Utc()
        created_at = Utc()
        owed_at = Utc(null=True)
        void_at = Utc(null=True)
        failure = CharField(null=True, max_length=60)

        class Meta:
            database = db
            table_name = "reminder"
            constraints = [
                Check("meeting_id IS NULL OR request_id IS NULL"),
                Check(
                    "kind IN ('suspicion-unclaimed', 'suspicion-manager', 'request-soon', 'request-overdue', 'request-escalated', 'meeting-ahead', 'meeting-today', 'minutes-missing')"
                ),
            ]

    db.create_tables([Reminder])

    class OutboxLetter(Model):
        ref = CharField(max_length=26, primary_key=True)
        key = CharField(unique=True, max_length=160)
        kind = CharField(max_length=24)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        case = ForeignKeyField(Case, null=True, on_delete="RESTRICT")
        about = CharField(max_length=40)
        meeting = ForeignKeyField(Meeting, null=True, on_delete="RESTRICT")
        reminder = ForeignKeyField(Reminder, null=True, on_delete="RESTRICT")
        words = TextField()
        path = CharField(max_length=80)
        due_at = Utc()
        next_try_at = Utc()
        tries = IntegerField(default=0)
        refusals = IntegerField(default=0)
        lease_until = Utc(null=True)
        leased_by = CharField(null=True, max_length=60)
        sent_at = Utc(null=True)
        failed_at = Utc(null=True)
        void_at = Utc(null=True)
        seen_at = Utc(null=True)
        failure = CharField(null=True, max_length=60)

        class Meta:
            database = db
            table_name = "outbox_letter"

    db.create_tables([OutboxLetter])

    class Participant(Model):
        ref = CharField(max_length=26, primary_key=True)
        meeting = ForeignKeyField(Meeting, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        added_at = Utc()
        removed_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "participant"
            indexes = ((("meeting", "person"), True),)

    db.create_tables([Participant])

    class Party(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        role = CharField(max_length=20)
        name = BlobField(null=True)
        name_index = CharField(null=True, max_length=64)
        contact = BlobField(null=True)
        relation_text = BlobField(null=True)
        created_at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "party"

    db.create_tables([Party])

    class PhaseMove(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        from_phase = CharField(max_length=20)
        to_phase = CharField(max_length=20)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "phase_move"

    db.create_tables([PhaseMove])

    class Referral(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        task = ForeignKeyField(Task, null=True, on_delete="RESTRICT")
        organisation = CharField(max_length=60)
        way = CharField(max_length=20)
        on = DateField()
        result = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "referral"
            constraints = [
                Check("way IN ('number-given', 'called-together', 'passed-on', 'declined')"),
            ]

    db.create_tables([Referral])

    class Relation(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        from_at = Utc()
        until_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "relation"
            constraints = [
                Check("kind IN ('primary-contact', 'resource', 'participant')"),
            ]

    db.create_tables([Relation])

    class RequestMessage(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        request = ForeignKeyField(Request, on_delete="RESTRICT")
        kind = CharField(max_length=20)
        text = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "request_message"
            constraints = [
                Check("kind IN ('question', 'reply')"),
            ]

    db.create_tables([RequestMessage])

    class Sparring(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        way = CharField(max_length=20)
        person = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        external_name = BlobField(null=True)
        held_on = DateField()
        advice = BlobField(null=True)
        next_step = BlobField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = Utc()

        class Meta:
            database = db
            table_name = "sparring"
            constraints = [
                Check("way IN ('internal', 'dsc', 'police')"),
            ]

    db.create_tables([Sparring])

    class Throttle(Model):
        key = CharField(primary_key=True, max_length=64)
        failures = IntegerField()
        blocked_until = Utc()

        class Meta:
            database = db
            table_name = "throttle"

    db.create_tables([Throttle])

    class Tick(Model):
        name = CharField(primary_key=True, max_length=40)
        at = Utc()
        counted = IntegerField()

        class Meta:
            database = db
            table_name = "tick"

    db.create_tables([Tick])

    for sql in PARTIAL_INDEXES:
        db.execute_sql(sql)
    for sql in POSTGRES_APPEND_ONLY if isinstance(db, PostgresqlDatabase) else SQLITE_APPEND_ONLY:
        db.execute_sql(sql)
