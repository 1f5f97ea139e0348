"""Find what others have done lately without walking through the log."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """*Min dag* tells of answers, of suspicions that were taken, and of minutes."""
    db.execute_sql(
        'CREATE INDEX "event_of_news" ON "event" ("action", "at") WHERE '
        "(((\"action\" = 'request:answered') OR (\"action\" = 'case:taken')) OR (\"action\" = 'meeting:held'))"
    )
