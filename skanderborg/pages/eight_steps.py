"""Where a case stands in the eight steps of the guide for professionals (S4-01 to S4-27)."""

from typing import NamedTuple

from .. import clock
from ..danish import numbers
from ..kinds import Box
from ..store.cases import Case
from .case_facts import Facts
from .case_tasks import BoxView


class GuideStep(NamedTuple):
    """One step: what it is, how far it has come, and the name of the page of the case where it is done (empty: the
    overview itself)."""

    title: str
    words: str
    page: str


def of_case(case: Case, facts: Facts, boxes: list[BoxView]) -> list[GuideStep]:
    """The eight steps in their order."""
    return [
        GuideStep("Afdæk situationen", facts.conclusion.label if facts.conclusion else "ingen konklusion", "vurdering"),
        GuideStep("Undersøg netværket", _many(facts.network, "person", "personer", "ingen skrevet ned"), "netvaerk"),
        GuideStep("Andre fagpersoner", _others(facts), "henvisninger"),
        GuideStep("Sikkerhed", _safety(case, facts), "sikkerhed"),
        GuideStep("Handlemuligheder", _options(boxes), ""),
        GuideStep("Din egen rolle", _many(facts.roles, "rolle", "roller", "ikke aftalt", " aftalt"), "roller"),
        GuideStep("Logskema", _many(facts.incidents, "hændelse", "hændelser", "ingen hændelser"), "haendelser"),
        GuideStep("Søg sparring", _sparring(case, facts), "sparring"),
    ]


def _many(count: int, one: str, many: str, none: str, after: str = "") -> str:
    return numbers.counted(count, one, many) + after if count else none


def _others(facts: Facts) -> str:
    answered = facts.referrals - facts.open_referrals
    said = [f"{answered} af {facts.referrals} henvist"] if facts.referrals else []
    said += ["anmeldt"] if facts.reports else []
    return " · ".join(said) or "ingen endnu"


def _safety(case: Case, facts: Facts) -> str:
    on = case.bar.assessed_on
    assessed = f"vurderet {clock.short_date_without_weekday(on)}" if on else "ikke vurderet"
    return f"{assessed} · {_many(facts.safety_items, 'aftale', 'aftaler', 'ingen plan')}"


def _options(boxes: list[BoxView]) -> str:
    own = next((view for view in boxes if view.box == Box.OWN_OPTIONS), None)
    return f"{own.done} af {own.total} opgaver udført" if own and own.total else "ingen opgaver"


def _sparring(case: Case, facts: Facts) -> str:
    if not facts.sparrings and case.sparring_waived:
        return "begrundet, at der ikke er nogen"
    return _many(facts.sparrings, "gang", "gange", "ikke skrevet ned", " skrevet ned")
