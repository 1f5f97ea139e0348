"""How long a case is kept, by the rules of config/retention.toml."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from ... import clock, content
from ...content.retention_rules import RetentionRule
from ...store.cases import Case
from ...store.record import Conclusion


class Term(NamedTuple):
    """The rule that a closed case is kept by, and the first day on which it may go."""

    rule: RetentionRule
    due_on: date


def of(case: Case) -> Term | None:
    """The term of a case; an open one has none."""
    if case.closed_at is None:
        return None
    last = Conclusion.select(Conclusion.conclusion).where(Conclusion.case == case.ref)
    conclusion = last.order_by(Conclusion.number.desc()).limit(1).scalar()
    rule = content.retention().rule_for(case.kind, conclusion, case.children)
    return Term(rule, clock.months_later(clock.today(case.closed_at), 12 * rule.years))


def warned_from(due_on: date) -> date:
    """The day from which on the tovholder is told that a case may go."""
    return due_on - timedelta(days=content.retention().warn_days)


def closed_long_ago(now: datetime) -> list[Case]:
    """The cases that some rule may let go by now, or soon, oldest first."""
    shortest = min(rule.years for rule in content.retention().rule)
    day = clock.months_later(clock.today(now), -12 * shortest) + timedelta(days=content.retention().warn_days)
    before = clock.next_valid_instant(day + timedelta(days=1), datetime.min.time())
    return list(Case.select().where(Case.closed_at < before).order_by(Case.closed_at, Case.ref))


def titled(rule: str) -> str:
    """What a rule is called; its id where the file has it no more."""
    return next((one.title for one in content.retention().rule if one.id == rule), rule)
