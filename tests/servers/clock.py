"""The clock that every process of a test reads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class TestClock:
    """The time that every process under test reads from one file."""

    __test__ = False  # it is no test, though its name begins like one

    def __init__(self, file: Path, at: datetime):
        self.file = file
        self.now = at
        self.move_to(at)

    def move_to(self, at: datetime) -> datetime:
        """Set the clock to a Danish wall time (or to an instant, if it has a zone), and return the instant."""
        self.now = (at if at.tzinfo else at.replace(tzinfo=COPENHAGEN)).astimezone(UTC)
        new = self.file.with_suffix(".new")
        new.write_text(self.now.isoformat())
        new.replace(self.file)  # at once: nobody reads half an instant
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move the clock on: `forward(hours=2)`."""
        return self.move_to(self.now + timedelta(**by))
