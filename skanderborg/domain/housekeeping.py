"""What need not be kept: first results of forms, spent links, old throttles and parked forms."""

from datetime import datetime, timedelta

from ..store.db import transaction
from ..store.outbox import FirstResult
from ..store.people import Draft, OneTimeLink, Throttle

KEPT = timedelta(hours=24)


@transaction
def sweep(now: datetime) -> int:
    """Forget what is older than a day: a form sent again after that is a new one (REL-10). Returns how many rows.

    A tick: running it twice, or late, is harmless. No case data and no event is ever touched.
    """
    old = now - KEPT
    return sum(
        query.execute()
        for query in (
            FirstResult.delete().where(FirstResult.at < old),
            OneTimeLink.delete().where(OneTimeLink.ends_at < old),
            Throttle.delete().where(Throttle.blocked_until < old),
            Draft.delete().where(Draft.created_at < old),
        )
    )
