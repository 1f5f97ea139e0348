"""The blank logskema on paper, for a citizen who writes by hand; nothing in it is about anyone."""

from datetime import UTC, datetime
from functools import cache

from ... import content
from . import paper

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)  # always the same, so that the same sheet is the same file
COLUMNS = (  # heading, part of the width
    ("Nr.", 3), ("Dato", 7), ("Kl.", 5), ("Type", 9), ("Antal", 5), ("Hvad skete der?", 25), ("Hvor skete det?", 10),
    ("Kanal og afsender", 11), ("Vidner, og hvordan de kan kontaktes", 12), ("Bevis", 8), ("Hvad gjorde du?", 9),
    ("Anmeldt?", 7),
)  # fmt: skip


@cache
def sheet() -> bytes:
    """The sheet as PDF. Raises Invalid when it cannot be drawn."""
    types = [one.own_label for one in content.incidents().type if not one.retired]
    told = {"headings": [heading for heading, _ in COLUMNS], "widths": [width for _, width in COLUMNS],
            "advice": content.own_log().paper_advice, "types": types}  # fmt: skip
    return paper.drawn("logskema", MADE_AT, told)
