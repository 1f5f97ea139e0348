"""Holds and proposals to erase, checkpoints of the log, and the case that a breach of security is about."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


COVERED = "EXISTS (SELECT 1 FROM checkpoint WHERE chain = OLD.chain AND number >= OLD.number)"
SQLITE_KEEPS = f"""CREATE TRIGGER event_no_delete BEFORE DELETE ON event WHEN NOT {COVERED}
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"""
POSTGRES_KEEPS = f"""CREATE FUNCTION event_is_kept_until_pruned() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NOT {COVERED} THEN RAISE EXCEPTION 'events are append-only'; END IF; RETURN OLD; END $$"""
REFUSES = "the log is append-only"


def up(migrator, db):
    """Nothing was held, proposed or pruned before."""

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

    class Hold(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        kind = CharField(max_length=12)
        reason = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        ended_at = Utc(null=True)
        ended_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        end_reason = BlobField(null=True)

        class Meta:
            database = db
            table_name = "hold"
            constraints = [
                Check("kind IN ('insight', 'manual', 'police', 'child')"),
                Check("(ended_at IS NULL) = (ended_by_id IS NULL)"),
            ]

    class Disposal(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        rule = CharField(max_length=60)
        due_on = DateField()
        proposed_at = Utc()
        agreed_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        agreed_at = Utc(null=True)
        decided_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        decided_at = Utc(null=True)
        archive_reference = CharField(max_length=60, null=True)
        erase_at = Utc(null=True)
        ended_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "disposal"
            constraints = [  # two people, and where the archive said so
                Check("decided_by_id IS NULL OR (agreed_by_id IS NOT NULL AND agreed_by_id <> decided_by_id)"),
                Check("(decided_by_id IS NULL) = (archive_reference IS NULL)"),
                Check("(decided_by_id IS NULL) = (erase_at IS NULL)"),
            ]

    class Checkpoint(Model):
        chain = CharField(max_length=40, primary_key=True)
        number = IntegerField()
        mac = CharField(max_length=64)
        at = Utc()
        ends = TextField()
        wrote = TextField()
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "checkpoint"

    db.create_tables([Hold, Disposal, Checkpoint])
    db.execute_sql('CREATE UNIQUE INDEX "disposal_open" ON "disposal" ("case_id") WHERE ("ended_at" IS NULL)')
    about = ForeignKeyField(Case, field=Case.ref, null=True, index=False, on_delete="RESTRICT", backref="+")
    migrator.migrate(migrator.add_column("data_breach", "about_case_id", about))
    let_go_on_sqlite(db) if isinstance(db, SqliteDatabase) else let_go_on_postgres(db)


def let_go_on_sqlite(db):
    """An event goes only where a checkpoint stands for it."""
    db.execute_sql("DROP TRIGGER IF EXISTS event_no_delete")
    db.execute_sql(SQLITE_KEEPS)
    back = "NEW.chain <> OLD.chain OR NEW.number <= OLD.number"
    for verb, when in (("DELETE", "1"), ("UPDATE", back)):
        db.execute_sql(
            f"CREATE TRIGGER checkpoint_no_{verb.lower()} BEFORE {verb} ON checkpoint WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
        )


def let_go_on_postgres(db):
    db.execute_sql("DROP TRIGGER IF EXISTS event_no_change ON event")
    db.execute_sql(POSTGRES_KEEPS)
    on = "FOR EACH ROW EXECUTE FUNCTION"
    db.execute_sql(f"CREATE TRIGGER event_no_change BEFORE UPDATE ON event {on} event_is_append_only()")
    db.execute_sql(f"CREATE TRIGGER event_no_delete BEFORE DELETE ON event {on} event_is_kept_until_pruned()")
    db.execute_sql(f"CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint {on} log_is_append_only()")
    db.execute_sql(
        "CREATE TRIGGER checkpoint_no_back BEFORE UPDATE ON checkpoint FOR EACH ROW WHEN"
        " (NEW.chain <> OLD.chain OR NEW.number <= OLD.number) EXECUTE FUNCTION log_is_append_only()"
    )
