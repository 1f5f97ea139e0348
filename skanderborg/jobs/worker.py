"""The worker: APScheduler's ticks, each one line into the domain. All state lies in rows (DESIGN decision 11)."""

from ..settings import Settings


def run(settings: Settings) -> None:
    """Tick until told to stop."""


def run_once(settings: Settings) -> None:
    """Run every tick once."""
