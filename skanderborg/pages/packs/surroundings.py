"""What of the case itself stands in an extract: the citizen's name, the tovholder, what the police know (SEC-50)."""

from operator import attrgetter
from typing import Any, NamedTuple

import peewee

from ... import clock
from ...domain.police import reports
from ...kinds import PartyRole, RelationKind
from ...store.authorities import Order, PoliceReport
from ...store.cases import Case, Party, Relation
from ...store.people import Person
from .. import pattern


class Surroundings(NamedTuple):
    """Read in one query; `responsible` is the tovholder's name and work contact, `reports` rows of a table; each
    of `orders` has its `breach_count`."""

    citizen: str
    responsible: list[str]
    reports: list[tuple[str, str, str]]
    orders: list[Order]


def of(case: Case) -> Surroundings:
    """What surrounds the log of a case, as it stands now."""
    found = _rows(case)
    reported = sorted(
        _once(row.report for row in found if _is_there(row, "report")), key=attrgetter("reported_on", "ref")
    )
    decided = _once(_with_breaches(row) for row in found if _is_there(row, "decided"))
    return Surroundings(
        citizen=(found[0].named.name or "") if _is_there(found[0], "named") else "",
        responsible=_responsible(found[0]),
        reports=[_report(report) for report in reported] if reports.is_for(case) else [],
        orders=sorted(decided, key=attrgetter("from_on", "ref")),
    )


def _rows(case: Case) -> list[Any]:
    now = (Relation.kind == RelationKind.PRIMARY_CONTACT) & Relation.until_at.is_null()
    outer, breaches = peewee.JOIN.LEFT_OUTER, pattern.breach_count().alias("breach_count")
    return list(
        Case.select(Case.ref, Party, Relation.ref, Person, PoliceReport, Order, breaches)
        .join_from(Case, Party, outer, on=(Party.case == Case.ref) & (Party.role == PartyRole.CITIZEN), attr="named")
        .join_from(Case, Relation, outer, on=(Relation.case == Case.ref) & now, attr="tie")
        .join_from(Relation, Person, outer, on=(Relation.person == Person.ref), attr="tovholder")
        .join_from(Case, PoliceReport, outer, on=(PoliceReport.case == Case.ref), attr="report")
        .join_from(Case, Order, outer, on=(Order.case == Case.ref), attr="decided")
        .where(Case.ref == case.ref)
    )


def _is_there(row: Any, name: str) -> bool:
    joined = getattr(row, name, None)
    return joined is not None and joined.ref is not None


def _once(found: Any) -> list[Any]:
    return list({row.ref: row for row in found}.values())


def _with_breaches(row: Any) -> Order:
    row.decided.breach_count = row.breach_count
    return row.decided


def _responsible(row: Any) -> list[str]:
    person = row.tie.tovholder if _is_there(row, "tie") and _is_there(row.tie, "tovholder") else None
    return [one for one in (person.name, person.phone, person.email) if one] if person else []


def _report(report: PoliceReport) -> tuple[str, str, str]:
    unknown = "Ikke oplyst"
    on = clock.short_date_with_year(report.reported_on)
    return on, report.journal_number or unknown, report.district or unknown
