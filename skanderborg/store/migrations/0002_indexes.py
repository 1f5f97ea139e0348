"""Find the unsent letters about a row without walking through all that were ever sent; drop what nobody looks up by."""

from typing import Any

UNUSED = ("task_closed_by_id", "task_created_by_id", "request_suggested_id")


def up(migrator: Any, db: Any) -> None:
    """Two columns are only ever shown, so their indexes cost each write a page and save none a look."""
    db.execute_sql(
        'CREATE INDEX "outbox_letter_about" ON "outbox_letter" ("about") '
        'WHERE (("sent_at" IS NULL) AND ("void_at" IS NULL))'
    )
    for name in UNUSED:
        db.execute_sql(f'DROP INDEX "{name}"')
