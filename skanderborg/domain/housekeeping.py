"""What need not be kept: first results of forms, spent links, old throttles, browsers that were not used for long, and
drafts that nobody came back to."""

from datetime import datetime, timedelta

from ..store.db import transaction
from ..store.factors import Challenge, StepUp
from ..store.outbox import FirstResult
from ..store.people import Draft, KnownDevice, OneTimeLink, Throttle, UsedOnce
from . import rules

KEPT = timedelta(hours=24)
SPARE = timedelta(hours=24)  # more for first results, so that a clock which is a day ahead makes nothing twice


@transaction
def sweep(now: datetime) -> int:
    """Forget what is older than a day: a form sent again long after that is a new one (REL-10). A draft that was not
    sent is kept for some days (REL-13). Returns how many rows.

    A tick: running it twice, or late, is harmless. No case data and no event is ever touched.
    """
    old, limits = now - KEPT, rules.current()
    return sum(
        query.execute()
        for query in (
            FirstResult.delete().where(FirstResult.at < old - SPARE),
            OneTimeLink.delete().where(OneTimeLink.ends_at < old),
            UsedOnce.delete().where(UsedOnce.at < old),
            Throttle.delete().where(Throttle.blocked_until < old),
            KnownDevice.delete().where(KnownDevice.used_at < now - timedelta(days=limits.known_device_days) - SPARE),
            Challenge.delete().where(Challenge.at < old),
            StepUp.delete().where(StepUp.asked_at < old),
            Draft.delete().where((Draft.used_at < old) | (Draft.saved_at < now - timedelta(days=limits.draft_days))),
        )
    )
