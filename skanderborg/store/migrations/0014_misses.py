"""Letters: whose fault it is that one was not taken. And letters that failed are found without walking through all."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Of what was tried before nobody knows whose fault it was: it is found out at the next try."""
    db.execute_sql('ALTER TABLE "outbox_letter" ADD COLUMN "missed_after" INTEGER')
    db.execute_sql('ALTER TABLE "outbox_letter" ADD COLUMN "own_misses" INTEGER NOT NULL DEFAULT 0')
    db.execute_sql(
        'CREATE INDEX "outbox_letter_failed" ON "outbox_letter" ("person_id") '
        'WHERE ((("failed_at" IS NOT NULL) AND ("seen_at" IS NULL)) AND ("void_at" IS NULL))'
    )
