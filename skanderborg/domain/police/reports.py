"""Reports to the police, and what they mean for safety: the moment before the police contact the udøver is dangerous.

A day that is known is a critical date, and an agreement to be told first lets safety be assessed at once.
"""

from datetime import date
from typing import Any

from ... import clock, policy
from ...content.date_kinds import POLICE_CONTACT
from ...errors import Invalid
from ...kinds import Answer, CitizenRole, EventKind
from ...policy import Action, Actor
from ...store.authorities import PoliceReport
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from .. import days
from ..critical_dates import recording
from ..paging import newest_first
from ..tasks import safety
from ..verbs import reads, work
from ..written import add, revise_if_new

ANY_DAY = "Politiet siger til, før de kontakter udøveren. Dagen kendes ikke endnu."


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[PoliceReport]:
    """All reports of a case that the actor has loaded, the latest first, with `writer`."""
    rows = PoliceReport.select(PoliceReport, Person.ref, Person.name).join(Person, attr="writer")
    return newest_first(rows.where(PoliceReport.case == case.ref), "reported_on", "at")


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> PoliceReport:
    """One report of a case that the actor has loaded. Raises NotFound for one of another case (SEC-04)."""
    return policy.part_of(case, PoliceReport, ref)


def is_for(case: Case) -> bool:
    """Whether reports are written down in a case: the udsat reports, so never in the case of an udøver."""
    return case.citizen_role != CitizenRole.PERPETRATOR


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(PoliceReport)
@work(Action.CASE_WORK)
def record(actor: Person, case: Case, **said: Any) -> PoliceReport:
    """Write down that the citizen reported it to the police, by the columns of a PoliceReport.

    Raises Invalid, naming the field, for days that cannot be right, and in the case of an udøver.
    """
    _check(case, **said)
    report = add(actor, EventKind.POLICE_REPORT_RECORDED, PoliceReport, case, **said)
    _keep_safe(actor, case, report)
    return report


@work(Action.CASE_WORK)
def change_report(actor: Person, report: PoliceReport, seen_version: int, **said: Any) -> PoliceReport:
    """Write down what is known now; the critical date moves with the day on which the police contact the udøver.

    Raises Invalid as `record`, Conflict when someone was faster.
    """
    _check(report.case, **said)
    changed = revise_if_new(actor, EventKind.POLICE_REPORT_CHANGED, report, seen_version, **said)
    if (changed.tell_us_first, changed.contact_on) != (report.tell_us_first, report.contact_on):
        _keep_safe(actor, report.case, changed)
    return changed


def _check(
    case: Case, *, reported_on: date | None, tell_us_first: Answer, agreed_on: date | None = None,
    contact_on: date | None = None, **_: Any,
) -> None:  # fmt: skip
    if not is_for(case):
        raise Invalid("En anmeldelse hører til i den udsattes sag. Skriv den ikke her.")
    reported_on = days.past_day(reported_on, "reported_on", "Skriv anmeldelsen ned, når den er sket.")
    _check_agreement(tell_us_first, agreed_on)
    if contact_on and contact_on < reported_on:
        raise Invalid("Politiet kan ikke kontakte udøveren før anmeldelsen. Ret en af datoerne.", "contact_on")
    days.refuse_far(contact_on, "contact_on", 1)


def _check_agreement(tell_us_first: Answer, agreed_on: date | None) -> None:
    if tell_us_first == Answer.YES and agreed_on is None:
        raise Invalid("Skriv, hvilken dag I aftalte det med politiet.", "agreed_on")
    if tell_us_first != Answer.YES and agreed_on:
        raise Invalid("Svar ja til aftalen, eller lad datoen stå tom.", "agreed_on")
    days.refuse_future(agreed_on, "agreed_on", "Skriv den dag, I aftalte det.")


# ── safety comes first ──────────────────────────────────────────────────────────────────────────────


def _keep_safe(actor: Person, case: Case, report: PoliceReport) -> None:
    """The day on which the police contact the udøver is a critical date. While only an agreement to be told first is
    known, and no day, safety is assessed today: the day may be tomorrow."""
    recording.follow(actor, case, report, POLICE_CONTACT, report.contact_on)
    if report.tell_us_first == Answer.YES and report.contact_on is None:
        safety.fall_due_by(actor, case, clock.today(), ANY_DAY)
