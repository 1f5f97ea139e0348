"""The log of incidents: rows, versions, evidence, imports and what was handed over; files as sealed chunks."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


# What was received, what a row once said, and the log's rows themselves are never taken away or rewritten.
KEPT = ["stored_file", "file_chunk", "incident", "incident_version", "exhibit", "pack"]
UNCHANGED = ["file_chunk", "incident_version"]
SQLITE_REFUSES = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END"""
POSTGRES_FUNCTION = """CREATE FUNCTION evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'evidence is append-only'; END $$"""
POSTGRES_REFUSES = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
    FOR EACH ROW EXECUTE FUNCTION evidence_is_append_only()"""


def up(migrator, db):
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

    class Consent(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "consent"

    class Disclosure(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "disclosure"

    class StoredFile(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        name = BlobField(null=True)
        media_type = CharField(max_length=100)
        size_bytes = IntegerField()
        sha256 = BlobField(null=True)
        by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "stored_file"
            constraints = [
                Check("size_bytes >= 0"),
            ]

    db.create_tables([StoredFile])

    class FileChunk(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        file = ForeignKeyField(StoredFile, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        body = BlobField(null=True)

        class Meta:
            database = db
            table_name = "file_chunk"
            indexes = ((("file", "number"), True),)

    db.create_tables([FileChunk])

    class LogImport(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        name = BlobField(null=True)
        status = CharField(max_length=12)
        choices = BlobField(null=True)
        row_count = IntegerField()
        done_count = IntegerField(default=0)
        added_count = IntegerField(default=0)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        finished_at = Utc(null=True)
        undone_at = Utc(null=True)
        undone_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        undo_reason = BlobField(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "log_import"
            constraints = [
                Check("status IN ('read', 'queued', 'done', 'undone', 'discarded', 'failed')"),
                Check("(undone_at IS NULL) = (undone_by_id IS NULL)"),
            ]

    db.create_tables([LogImport])

    class ImportChunk(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        log_import = ForeignKeyField(LogImport, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        rows = BlobField(null=True)

        class Meta:
            database = db
            table_name = "import_chunk"
            indexes = ((("log_import", "number"), True),)

    db.create_tables([ImportChunk])

    class Incident(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        kind = CharField(max_length=12)
        status = CharField(max_length=12)
        from_on = DateField()
        to_on = DateField(null=True)
        at_time = CharField(max_length=5, null=True)
        is_second_hour = BooleanField(null=True)
        types = CharField(max_length=300)
        type_text = BlobField(null=True)
        contact_count = IntegerField()
        what = BlobField(null=True)
        place = BlobField(null=True)
        channel = CharField(max_length=20, null=True)
        sender = BlobField(null=True)
        witness = BlobField(null=True)
        witness_contact = BlobField(null=True)
        evidence = BlobField(null=True)
        reaction = CharField(max_length=12)
        reaction_reason = BlobField(null=True)
        fear = SmallIntegerField(null=True)
        children_present = CharField(max_length=8)
        reported = CharField(max_length=8)
        journal_number = BlobField(null=True)
        source = CharField(max_length=12)
        is_withheld = BooleanField(default=False)
        is_example = BooleanField(default=False)
        is_danger = BooleanField(default=False)
        fingerprint = CharField(max_length=16)
        log_import = ForeignKeyField(LogImport, null=True, on_delete="RESTRICT", backref="+")
        struck_at = Utc(null=True)
        struck_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        struck_reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "incident"
            constraints = [
                Check("kind IN ('incident', 'refusal', 'answer')"),
                Check("status IN ('live', 'struck', 'pending', 'undone')"),
                Check("to_on >= from_on"),
                Check("(kind = 'incident') = (contact_count > 0)"),
                Check("contact_count >= 0"),
                Check("fear BETWEEN 0 AND 10"),
                Check("reaction IN ('unknown', 'none', 'refusal', 'answer')"),
                Check("children_present IN ('yes', 'no', 'unknown')"),
                Check("reported IN ('yes', 'no', 'unknown')"),
                Check("source IN ('citizen', 'professional', 'network', 'import')"),
                Check("(status = 'struck') = (struck_at IS NOT NULL)"),
            ]
            indexes = (
                (("case", "number"), True),
                (("case", "status", "from_on"), False),
                (("case", "fingerprint"), False),
            )

    db.create_tables([Incident])

    class IncidentVersion(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        incident = ForeignKeyField(Incident, index=False, on_delete="RESTRICT", backref="+")
        version = IntegerField()
        content = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        reason = BlobField(null=True)

        class Meta:
            database = db
            table_name = "incident_version"
            indexes = ((("incident", "version"), True),)

    db.create_tables([IncidentVersion])

    class Exhibit(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        incident = ForeignKeyField(Incident, null=True, on_delete="RESTRICT", backref="+")
        file = ForeignKeyField(StoredFile, index=False, on_delete="RESTRICT", backref="+")
        preview = ForeignKeyField(StoredFile, null=True, index=False, on_delete="RESTRICT", backref="+")
        preview_tried_at = Utc(null=True)
        description = BlobField(null=True)
        source = CharField(max_length=12)
        is_withheld = BooleanField(default=False)
        struck_at = Utc(null=True)
        struck_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        struck_reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "exhibit"
            constraints = [
                Check("source IN ('citizen', 'professional', 'network', 'import')"),
                Check("(struck_at IS NULL) = (struck_by_id IS NULL)"),
            ]
            indexes = ((("case", "number"), True),)

    db.create_tables([Exhibit])

    class Pack(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        recipient = CharField(max_length=16)
        to_whom = BlobField(null=True)
        reason = BlobField(null=True)
        basis = CharField(max_length=20)
        consent = ForeignKeyField(Consent, null=True, index=False, on_delete="RESTRICT", backref="+")
        disclosure = ForeignKeyField(Disclosure, null=True, index=False, on_delete="RESTRICT", backref="+")
        choices = BlobField(null=True)
        row_count = IntegerField()
        exhibit_count = IntegerField()
        file = ForeignKeyField(StoredFile, null=True, index=False, on_delete="RESTRICT", backref="+")
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "pack"
            constraints = [
                Check("recipient IN ('police', 'stalking-center', 'journal', 'municipality')"),
            ]
            indexes = ((("case", "number"), True),)

    db.create_tables([Pack])
    db.execute_sql('CREATE INDEX "exhibit_to_preview" ON "exhibit" ("at") WHERE ("preview_tried_at" IS NULL)')

    is_sqlite = isinstance(db, SqliteDatabase)
    if not is_sqlite:
        db.execute_sql(POSTGRES_FUNCTION)
    refuses = SQLITE_REFUSES if is_sqlite else POSTGRES_REFUSES
    for table, verb in [(table, "delete") for table in KEPT] + [(table, "update") for table in UNCHANGED]:
        db.execute_sql(refuses.format(table=table, verb=verb))
