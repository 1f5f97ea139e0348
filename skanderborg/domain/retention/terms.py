"""How long a case is kept, by the rules of config/retention.toml."""

from datetime import date, timedelta
from typing import NamedTuple

import peewee

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
    last = case.concluded if hasattr(case, "concluded") else _last_conclusion(case.ref).first()
    conclusion = last.conclusion if last is not None and last.ref else None
    rule = content.retention().rule_for(case.kind, conclusion, case.children)
    return Term(rule, clock.months_later(clock.today(case.closed_at), 12 * rule.years))


def closed() -> peewee.ModelSelect:
    """The closed cases, each with its last conclusion, oldest first."""
    other = Conclusion.alias()
    last = other.select(other.ref).where(other.case == Case.ref).order_by(other.number.desc()).limit(1)
    found = Case.select(Case, Conclusion).join_from(
        Case, Conclusion, peewee.JOIN.LEFT_OUTER, on=(Conclusion.ref == last), attr="concluded"
    )
    return found.where(Case.closed_at.is_null(False)).order_by(Case.closed_at, Case.ref)


def _last_conclusion(case: str) -> peewee.ModelSelect:
    return Conclusion.select().where(Conclusion.case == case).order_by(Conclusion.number.desc()).limit(1)


def warned_from(due_on: date) -> date:
    """The day from which on the tovholder is told that a case may go."""
    return due_on - timedelta(days=content.retention().warn_days)


def titled(rule: str) -> str:
    """What a rule is called; its id where the file has it no more."""
    return next((one.title for one in content.retention().rule if one.id == rule), rule)
