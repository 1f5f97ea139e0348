"""Find what was assessed of safety without walking through all that happened in a case."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Every page of a case says since when something new stands in its log."""
    db.execute_sql(
        'CREATE INDEX "event_of_safety" ON "event" ("chain", "action") '
        "WHERE ((\"action\" = 'task:assessed') OR (\"action\" = 'task:undone'))"
    )
