"""When something that waits is told: as it falls due, some working days later, and then week by week (decision 25)."""

from datetime import date, timedelta

from ... import clock
from ...settings import Defaults


def newest_step(due_on: date, today: date, rules: Defaults) -> date:
    """The latest day, not after `today`, on which what was due on `due_on` is to be told. It has fallen due.

    Nobody is told anything on a day off: what falls due then is told on the next working day.
    """
    again = [clock.add_working_days(due_on, days) for days in rules.digest_again_working_days]
    steps = [_worked_on(due_on), *again]
    last = steps[-1]
    weeks = max(0, (today - last).days) // rules.digest_then_every_days
    if weeks:
        steps += [_worked_on(last + timedelta(days=rules.digest_then_every_days * (weeks - back))) for back in (0, 1)]
    return max((step for step in steps if step <= today), default=due_on)


def _worked_on(day: date) -> date:
    return day if clock.is_working_day(day) else clock.add_working_days(day, 1)
