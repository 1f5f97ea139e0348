"""The words above every page of a case: how the citizen may be contacted, and what is open of safety.

They are the shortest that say it; where a rule is longer, its page has the whole. Nothing here comes from a field that
tells where someone is: an address never stands above a page by itself.
"""

from datetime import date, timedelta
from typing import NamedTuple

from .. import clock, content
from ..content.date_kinds import ORDER_ENDS
from ..content.incident_types import OTHER
from ..danish import numbers
from ..domain import critical_dates
from ..domain.cases.identity import Bar, News
from ..kinds import Mark
from ..store.cases import Case

MOST_DATES = 3
LONGEST = 90  # characters of one rule, so that the strip leaves room for the page
NEVER = ("aldrig", "ikke", "ingen", "undgå")  # how a rule begins that needs no word before it
NOTHING_AGREED = "Kontakt ikke borgeren, før det er aftalt hvordan."


class Rule(NamedTuple):
    """One rule in short; `is_warning`: something that must not be done, or must be known before one meets anyone."""

    text: str
    is_warning: bool
    is_cut: bool


def rules(case: Case) -> list[Rule]:
    """What must be known before anyone contacts the citizen: what never, warnings to colleagues, how, and when."""
    agreed = [_rule(case.safe_contact), _rule(case.safe_when)]
    never = [_rule(_never(case.safe_never), is_warning=True)]
    warned = [_rule(text, is_warning=True) for text in case.bar.warnings]
    if not any((case.safe_never, case.safe_contact, case.safe_when)):
        never = [_rule(NOTHING_AGREED, is_warning=True)]
    return [rule for rule in (*never, *warned, *agreed) if rule]


def at_hand(case: Case) -> list[tuple[str, str]]:
    """What must be at hand beside the rules, each with its name: critical dates, a tilhold or forbud in force, custody
    and contact, the citizen's lawyer, and the number under which the police know the case."""
    order, today = case.bar.order, clock.today()
    found = [
        *_dates(case.bar),
        (order.kind.label, f"til {clock.short_date_with_year(order.to_on)}")
        if order and order.from_on <= today <= order.to_on
        else ("", ""),
        ("Forældremyndighed og samvær", _short(case.custody)),
        ("Bistandsadvokat", _short(case.counsel)),
        ("Politiets journalnr.", _short(case.bar.report_number)),
    ]
    return [(name, text) for name, text in found if text]


def _dates(bar: Bar) -> list[tuple[str, str]]:
    """The next critical dates; that an order runs out stands with the order, until safety is assessed because of it."""
    today = clock.today()
    near = [(on, kind) for on, kind in bar.dates if kind != ORDER_ENDS or critical_dates.assess_on(kind, on) <= today]
    said = [f"{content.date_label(kind)} {_day(on, today)}" for on, kind in near[:MOST_DATES]]
    more = [f"og {len(near) - MOST_DATES} mere"] if len(near) > MOST_DATES else []
    return [("Kritisk dato" if len(near) == 1 else "Kritiske datoer", ", ".join([*said, *more]))]


def _day(on: date, today: date) -> str:
    return {0: "i dag", 1: "i morgen"}.get((on - today).days, clock.short_date(on))


def _short(text: str | None) -> str:
    rule = _rule(text)
    return rule.text.removesuffix(".") if rule else ""


def _never(text: str | None) -> str | None:
    return text if not text or text.lower().startswith(NEVER) else f"Aldrig: {text}"


def _rule(text: str | None, is_warning: bool = False) -> Rule | None:
    line = " ".join((text or "").split())
    if not line:
        return None
    if len(line) <= LONGEST:
        return Rule(line if line[-1] in ".!?…" else f"{line}.", is_warning, is_cut=False)
    return Rule(f"{line[:LONGEST].rsplit(' ', 1)[0].rstrip(' ,.;:–-')} …", is_warning, is_cut=True)


def safety(case: Case) -> tuple[Mark, str]:
    """What the badge says of safety: never that all is well, but when it is looked at again and what is open."""
    bar, today = case.bar, clock.today()
    if case.closed_at:
        return Mark.ASSESSED, _assessed(bar)
    still_open = [
        numbers.counted(bar.unanswered, "faresignal", "faresignaler") + " ubesvaret" if bar.unanswered else "",
        _news(bar.news) if bar.news else "",
    ]
    words = " · ".join(word for word in (_assessed(bar), *still_open) if word)
    if bar.assess_on and bar.assess_on < today:
        return Mark.OVERDUE, words
    is_due = bar.assessed_on is None or bar.assess_on is None or bar.assess_on == today
    return (Mark.TO_ASSESS if is_due or any(still_open) else Mark.ASSESSED), words


def _assessed(bar: Bar) -> str:
    if bar.assessed_on is None:
        return "Sikkerhed ikke vurderet"
    said, today = f"Vurderet {clock.short_date_without_weekday(bar.assessed_on)}", clock.today()
    if bar.assess_on is None:
        return said
    if bar.assess_on == today:
        return f"{said}, ses igen i dag"
    word = "ses igen" if bar.assess_on > today else "skulle ses igen"
    return f"{said}, {word} {clock.short_date_without_weekday(bar.assess_on)}"


def _news(news: News) -> str:
    """«opkald i går»; what was typed of an incident does not stand here, nor what somebody said to an authority."""
    known = {one.id: one for one in content.incidents().type if one.id != OTHER and not one.told}
    found = sorted((known[name] for name in news.types if name in known), key=lambda one: not one.danger)
    today = clock.today()
    is_near = today - timedelta(days=1) <= news.on <= today
    when = clock.days_ago(news.on, today) if is_near else clock.short_date_without_weekday(news.on)
    return f"{found[0].label.lower() if found else 'ny hændelse'} {when}"
