"""The secret that the provider gave us ends one day, and with it every sign-in: told of in good time."""

from datetime import date, datetime
from typing import Any

from ... import clock, policy
from ...addresses import Place
from ...kinds import LetterKind, Role
from ...mail import outbox
from ...settings import Settings
from ...store.db import transaction
from ...store.outbox import OutboxLetter
from .. import people, rules

TOLD_DAYS = (30, 7, 1)  # before its last day


def state(settings: Settings, today: date) -> dict[str, Any]:
    """How many days the secret still holds; None where it has no end."""
    days = _days(settings.defaults.sso_secret_ends_on, today)
    return {"ok": days is None or days > TOLD_DAYS[0], "days": days}


def owe_due(now: datetime) -> int:
    """Tell the administrators that the secret ends soon, once at each of TOLD_DAYS; returns how many letters are new.

    A tick: running it twice, or late, is harmless.
    """
    ends_on = rules.current().sso_secret_ends_on
    days = _days(ends_on, clock.today(now))
    passed = [at for at in TOLD_DAYS if days is not None and days <= at]
    if not passed:
        return 0
    key = f"sso-secret:{ends_on}:{min(passed)}"
    owed = OutboxLetter.select().where(OutboxLetter.key.startswith(f"{key}:")).exists()
    return 0 if owed else _tell(key, date.fromisoformat(ends_on))


@transaction
def _tell(key: str, ends_on: date) -> int:
    administrators = [one for one in people.active() if Role.ADMINISTRATOR in policy.roles(one)]
    return sum(
        outbox.put(
            LetterKind.SECRET_ENDS, person, key=key, about=person, opens=Place.PROFILE, date=clock.long_date(ends_on)
        )
        for person in administrators
    )


def _days(ends_on: str, today: date) -> int | None:
    return (date.fromisoformat(ends_on) - today).days if ends_on else None
