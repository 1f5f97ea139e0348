"""Which backups are kept: those of the last days, of each week one for longer, and the newest whatever happens.

Key parts are kept for a shorter time than the databases they open: what was erased is readable nowhere when the last
key part that had its key is gone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from ... import clock
from ...settings import Settings
from . import manifests


def tidy(folder: Path, settings: Settings, now: datetime) -> None:
    """Let go of what need not be kept, of this installation alone: manifests first, so that none is half a backup, then
    parts without one, and key parts that are too old."""
    found = manifests.all_in(folder)
    kept = to_keep([one.made_at for _, one in found], settings.defaults.backup_daily, settings.defaults.backup_weekly)
    oldest_keys = now - timedelta(days=settings.defaults.backup_keys_days)
    for path, manifest in found:
        if manifest.made_at not in kept:
            path.unlink(missing_ok=True)
    parts = {
        part.name
        for _, one in found
        if one.made_at in kept
        for part in (one.database, *([one.keys] if one.made_at > oldest_keys else []))
    }
    for path in [*folder.glob(f"{manifests.prefix()}*.age"), *folder.glob(f".{manifests.prefix()}*.part")]:
        if path.name not in parts:
            path.unlink(missing_ok=True)


def to_keep(made: Iterable[datetime], daily: int, weekly: int) -> set[datetime]:
    """Of each of the last `daily` days, and of each of the last `weekly` weeks, the newest; and of them all."""
    newest_first = sorted(made, reverse=True)
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for moment in newest_first:
        day = clock.today(moment)
        days.setdefault(day, moment)
        weeks.setdefault(day.isocalendar()[:2], moment)
    return {*newest_first[:1], *list(days.values())[:daily], *list(weeks.values())[:weekly]}
