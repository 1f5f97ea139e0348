"""How much lies on each page of a case: what its tabs, and the list of pages beside one, count."""

from typing import Any

import peewee

from ...kinds import OPEN_REQUEST, IncidentStatus, MeetingStatus, PartyRole
from ...store.authorities import Order, PoliceReport
from ...store.cases import Case, Party, RoleShare
from ...store.critical_dates import CriticalDate
from ...store.incidents import Exhibit, Incident, Pack
from ...store.plans import NetworkPerson, SafetyItem
from ...store.record import Assessment, AssessmentPart, Disclosure, Note, Sparring
from ...store.work import Meeting, Referral, Request

Named = Party.alias()  # the citizen is joined beside these


def with_counts(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """A query for a case with what `of` reads."""
    return query.select_extend(*(count.alias(f"on_{page}") for page, count in _pages().items()))


def of(row: Case) -> dict[str, int]:
    """How much lies on each page of a case that was loaded `with_counts`, by the name of the page, where it is any;
    `waiting` are the requests without an answer, `unfinished` the parts of an assessment that do not count yet."""
    found = {page: getattr(row, f"on_{page}") for page in _pages()}
    return {page: count for page, count in found.items() if count}


def _pages() -> dict[str, peewee.Node]:
    return {
        "sparring": _of(Sparring),
        "vurdering": _of(Assessment),
        "unfinished": _of(AssessmentPart, AssessmentPart.edition.is_null()),
        "sikkerhed": _of(SafetyItem),
        "datoer": _of(CriticalDate, CriticalDate.cancelled_at.is_null(), CriticalDate.answered_at.is_null()),
        "boern": _of(Named, Named.role == PartyRole.CHILD, Named.removed_at.is_null()),
        "personer": _of(Named, Named.removed_at.is_null()),
        "log": _of(Incident, Incident.status == IncidentStatus.LIVE),
        "bilag": _of(Exhibit, Exhibit.struck_at.is_null()),
        "udlevering": _of(Pack),
        "netvaerk": _of(NetworkPerson, NetworkPerson.removed_at.is_null()),
        "moeder": _of(Meeting, Meeting.status == MeetingStatus.PLANNED),
        "henvisninger": _of(Referral),
        "politi": peewee.Expression(_of(PoliceReport), peewee.OP.ADD, _of(Order)),
        "waiting": _of(Request, Request.status.in_(OPEN_REQUEST)),
        "noter": _of(Note, Note.corrects.is_null()),
        "deling": _of(Disclosure),
        "roller": _of(RoleShare, RoleShare.ended_at.is_null()),
    }


def _of(model: Any, *conditions: Any) -> peewee.ModelSelect:
    return model.select(peewee.fn.COUNT(peewee.SQL("1"))).where(model.case == Case.ref, *conditions)
