"""The emergency sheet: what someone must know tonight, on the screen and on paper.

Danger, role and whom to ring first. Where anyone is stands there only in the answer to a reveal, and never on paper.
What it never holds: the log of incidents, notes, evidence, the history, requests, meetings, and what happened; a column
that is not read here cannot stand there.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import peewee

from .. import clock
from ..domain.assessment import versions
from ..domain.emergency import sheets
from ..domain.police import orders
from ..domain.verbs import reads, verb
from ..kinds import CitizenRole, MayKnow, PartyRole, RelationKind, SafetyArea, SafetyStatus, TaskKind, Validity
from ..policy import Action
from ..store import events
from ..store.authorities import Order, PoliceReport
from ..store.cases import Case, Party, Relation
from ..store.db import columns_of, is_postgres
from ..store.emergency import EmergencyUse, PrintedSheet
from ..store.people import Absence, Person
from ..store.plans import NetworkPerson, SafetyItem
from ..store.prepared import Parameter, prepared, read
from ..store.sealed import SealedField
from ..store.work import Task

TO_RING = (RelationKind.PRIMARY_CONTACT, RelationKind.RESOURCE)
WHERE = columns_of(Party, "ref case role name contact address institution")
OF_PARTY = (PartyRole.CITIZEN, PartyRole.CHILD)
AREAS = list(SafetyArea)
READ: dict[Any, str] = {  # all that is read of each table
    SafetyItem: "area text status who",
    Party: "name born relation_text role",
    NetworkPerson: "name relation_text may_know",
    Task: "reason assessed_on",
    Order: "kind from_on to_on ended_on journal_number",
    PoliceReport: "reported_on district journal_number officer tell_us_first agreed_on contact_on",
}
SEALED, PLAIN = 6, 4  # the most columns of a table under the seal, and beside it


class RingLine(NamedTuple):
    """Someone of the case whom one can ring, and until when he or she is away, if so."""

    name: str
    phone: str | None
    kind: RelationKind
    away_until: date | None


class EmergencySheet(NamedTuple):
    """What the sheet shows of its case. `signs`: the danger signs that were answered with yes; `unanswered`: how many
    have no answer; `citizen`: None where nobody was named; `assessed`: what was said when safety was assessed last."""

    case: Case
    citizen: Party | None
    is_of_udoever: bool
    ring: list[RingLine]
    warnings: list[str]
    signs: list[str]
    unanswered: int
    assessed_on: date | None
    assess_on: date | None
    assessed: str | None
    items: list[SafetyItem]
    must_not_know: list[NetworkPerson]
    children: list[Party]
    orders: list[Order]
    reports: list[PoliceReport]


@verb(Action.EMERGENCY_READ)
def shown(actor: Person, use: EmergencyUse) -> EmergencySheet:
    """The sheet on the screen, while the use lasts; the look is written down."""
    events.looked(actor, Action.EMERGENCY_READ, use)
    return _of(use.case)


@reads(Action.EMERGENCY_READ)
def places(actor: Person, use: EmergencyUse) -> list[Party]:
    """Where the citizen and the children are, for an answer in which that may stand (domain/emergency: `reveal`); of an
    udøver's case the udøver's own alone, since the children may be with the one who is exposed."""
    roles = [PartyRole.CITIZEN]
    if use.case.citizen_role != CitizenRole.PERPETRATOR:
        roles.append(PartyRole.CHILD)
    known = Party.select(*WHERE).where(Party.case == use.case_id, Party.removed_at.is_null(), Party.role.in_(roles))
    return sorted(known.order_by(Party.created_at, Party.ref), key=lambda one: one.role != PartyRole.CITIZEN)


@reads(Action.EMERGENCY_PRINT)
def printed(actor: Person, case: Case, ref: str) -> tuple[PrintedSheet, EmergencySheet]:
    """A sheet that is out, and what stands on it. Raises NotFound as `sheets.to_print`, which writes the look down."""
    return sheets.to_print(actor, case, ref), _of(case)


def _of(case: Case) -> EmergencySheet:
    """Of a case that was loaded with its bar, in one more query."""
    today, newest = clock.today(), getattr(case, "newest_assessment", None)
    answers = newest.answers if newest and newest.ref else {}
    asked = [one for part in versions.asked(case) for one in part.questions if one.danger]
    dangers, found = versions.dangers_in(answers), _read(case, today)
    citizens, children = ([one for one in found[Party] if one.role == role] for role in OF_PARTY)
    assessed = max(found[Task], key=lambda task: task.assessed_on, default=None)
    return EmergencySheet(
        case=case,
        citizen=citizens[0] if citizens else None,
        is_of_udoever=case.citizen_role == CitizenRole.PERPETRATOR,
        ring=sorted(found[Person], key=lambda one: (TO_RING.index(one.kind), one.away_until is not None, one.name)),
        warnings=case.bar.warnings,
        signs=[one.text for one in asked if one.id in dangers],
        unanswered=case.bar.unanswered,
        assessed_on=case.bar.assessed_on,
        assess_on=case.bar.assess_on,
        assessed=assessed.reason if assessed else None,
        items=sorted(
            (one for one in found[SafetyItem] if one.status != SafetyStatus.DROPPED),
            key=lambda one: AREAS.index(one.area) if one.area in AREAS else len(AREAS),
        ),
        must_not_know=[one for one in found[NetworkPerson] if one.may_know == MayKnow.MUST_NOT],
        children=children,
        orders=[one for one in found[Order] if orders.validity(one, today) == Validity.VALID],
        reports=found[PoliceReport],
    )


def _read(case: Case, today: date) -> dict[Any, list[Any]]:
    """What is read of each table, and whom to ring under Person, as it was written down."""
    tables: dict[str, Any] = {model._meta.table_name: model for model in READ}
    found: dict[Any, list[Any]] = {model: [] for model in (*READ, Person)}
    for name, ref, _, *values in sorted(_rows.stored(case=case.ref, today=today), key=lambda row: (row[2], row[1])):
        if name not in tables:
            found[Person].append(_to_ring(*values[SEALED:]))
            continue
        sealed, plain = ([field.name for field in some] for some in _columns(tables[name]))
        stored = dict(zip(sealed, values, strict=False)) | dict(zip(plain, values[SEALED:], strict=False))
        found[tables[name]].append(read(tables[name], ref=ref, case=case.ref, **stored))
    return found


def _columns(model: Any) -> tuple[list[peewee.Field], list[peewee.Field]]:
    """What is read of a table under the seal, and beside it."""
    fields = columns_of(model, READ[model])
    sealed = [field for field in fields if isinstance(field, SealedField)]
    return sealed, [field for field in fields if not isinstance(field, SealedField)]


def _to_ring(name: str, phone: str | None, kind: str, away_until: str | None) -> RingLine:
    return RingLine(name, phone, RelationKind(kind), date.fromisoformat(away_until) if away_until else None)


@prepared
def _rows(*, case: Parameter, today: Parameter) -> peewee.ModelCompoundSelectQuery:
    """One query over all that the sheet reads."""
    is_known = Party.removed_at.is_null() & Party.role.in_(OF_PARTY)
    assessed = (Task.kind == TaskKind.SAFETY) & Task.assessed_on.is_null(False)
    return (
        _of_table(SafetyItem, case)
        .union_all(_of_table(Party, case).where(is_known))
        .union_all(_of_table(NetworkPerson, case).where(NetworkPerson.removed_at.is_null()))
        .union_all(_of_table(Task, case).where(assessed))
        .union_all(_of_table(Order, case))
        .union_all(_of_table(PoliceReport, case))
        .union_all(_whom_to_ring(case, today))
    )


def _of_table(model: Any, case: Parameter) -> peewee.ModelSelect:
    """The columns of READ, filled up to as many as any table has."""
    at = getattr(model, "created_at", None) or model.at
    sealed, plain = _columns(model)
    texts = [one.cast("TEXT") for one in plain]
    columns = (peewee.Value(model._meta.table_name), model.ref, at.cast("TEXT"), *_filled(sealed, texts))
    return model.select(*columns).where(model.case == case)


def _filled(sealed: Sequence[peewee.Node], texts: Sequence[peewee.Node]) -> list[peewee.Node]:
    """Each nothing says of which kind it is: PostgreSQL asks of the first table."""
    no_bytes = peewee.SQL(f"CAST(NULL AS {'BYTEA' if is_postgres() else 'BLOB'})")
    no_text = peewee.SQL("CAST(NULL AS TEXT)")
    return [*sealed, *[no_bytes] * (SEALED - len(sealed)), *texts, *[no_text] * (PLAIN - len(texts))]


def _whom_to_ring(case: Parameter, today: Parameter) -> peewee.ModelSelect:
    """The tovholder and the resource persons who work here, each with the day until which he or she is away."""
    away = Absence.select(peewee.fn.MAX(Absence.to_on)).where(Absence.person == Person.ref, Absence.covers(today))
    texts = (Person.name, Person.phone, Relation.kind.cast("TEXT"), peewee.Cast(away, "TEXT"))
    columns = (peewee.Value("person"), Person.ref, Relation.from_at.cast("TEXT"), *_filled((), texts))
    now = (Relation.case == case) & Relation.until_at.is_null() & Relation.kind.in_(TO_RING)
    query = Relation.select(*columns).join(Person, on=(Relation.person == Person.ref))
    return query.where(now, Person.disabled_at.is_null())
