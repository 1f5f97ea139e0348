"""Events in Danish: a sentence for every action, a name for every column, words for every value (see history.py)."""

import re
from datetime import date, datetime
from typing import Any

import peewee

from ... import clock, content, kinds
from ...store import schema
from ...store.db import UtcField
from ...store.people import Department, Person
from ...store.sealed import SealedField

SENTENCES = {kind.value: kind.label for kind in kinds.EventKind if kind.label}
THINGS = {  # what a row is, where a sentence tells that someone changed it
    "assessment": "vurderingen", "case": "sagen", "exhibit": "bilaget", "incident": "rækken i loggen",
    "institution": "stedet", "meeting": "mødet", "network_person": "personen", "order": "tilholdet eller forbuddet",
    "party": "personen", "police_report": "politianmeldelsen", "request": "anmodningen", "role_share": "rollen",
    "safety_item": "punktet i sikkerhedsplanen", "task": "opgaven", "warning_note": "advarslen",
}  # fmt: skip
SOMETHING = "det"
COLUMNS = {
    "description": "Beskrivelse", "row": "Række i loggen",
    "next_contact": "Hvad er aftalt", "next_contact_on": "Næste aftalte kontakt", "talked": "Talt med borgeren",
    "talked_on": "Talt den", "with_citizen": "Borgeren var med",
    "note": "Besked", "asker": "Afsender", "contact": "Kontakt", "does": "Gør", "side": "Hører til",
    "since_on": "Med siden", "who": "Hvem", "agenda": "Dagsorden", "answer": "Svar", "ask": "Anmodning",
    "assessed_on": "Vurderet", "danger_at": "Faresignal uden vurdering siden", "assignee": "Ansvarlig",
    "basis": "Grundlag", "box": "Boks", "brief": "Til den, der udfører", "cancel_reason": "Begrundelse",
    "children": "Børn", "citizen_role": "Rolle", "closed_at": "Lukket", "closed_by": "Lukket af",
    "conclusion": "Konklusion", "department": "Afdeling", "due_on": "Frist", "ends_at": "Slut",
    "excluded": "Spærret", "handler": "Behandles af", "kind": "Slags", "minutes": "Referat", "name": "Navn",
    "offered_to": "Spurgt", "on": "Dato", "organisation": "Organisation", "outcome": "Udfald",
    "participants": "Deltagere", "person": "Person", "phase": "Fase", "place": "Sted", "primary_contact": "Tovholder",
    "reason": "Begrundelse", "restricted": "Kun navngivne personer", "return_reason": "Hvorfor sendt tilbage",
    "safe_contact": "Sikker kontakt", "sparring_waived": "Hvorfor ingen sparring", "starts_at": "Tidspunkt",
    "status": "Status", "tasks": "Opgaver", "title": "Titel", "way": "Måde", "what_happened": "Hvad skete der",
    "withdraw_reason": "Hvorfor trukket tilbage", "postpone_reason": "Hvorfor udskudt",
    "agreed_on": "Aftalt", "area": "Område", "contact_on": "Politiet kontakter udøveren", "district": "Politikreds",
    "end_reason": "Hvorfor ophævet", "ended_on": "Ophævet", "expires_on": "Udløber", "from_on": "Fra",
    "given_on": "Givet", "journal_number": "Journalnummer", "officer": "Betjent", "receipt": "Kvittering",
    "reported": "Meldt til politiet", "reported_on": "Anmeldt", "scope": "Omfang",
    "tell_us_first": "Vi får besked først", "to_on": "Til", "to_whom": "Til hvem", "what": "Hvad", "why": "Hvorfor",
    "withdrawn_on": "Trukket tilbage", "withdrawn_note": "Bemærkning", "frozen_at": "Sat på pause",
    "address": "Adresse", "born": "Født", "institution": "Skole, institution eller arbejdsplads",
    "protection": "Adressebeskyttelse", "protection_until": "Beskyttelsen udløber", "relation_text": "Relation",
    "assessor": "Vurderet af", "edition": "Udgave af vurderingen", "has_danger": "Faresignaler",
    "instrument": "Redskab", "level": "Niveau", "level_text": "Resultat", "made_on": "Lavet",
    "valid_until": "Gælder til", "is_acute": "Akut",
    "review_on": "Gennemgås", "role": "Rolle", "safe_never": "Aldrig", "safe_reminder": "Påmindelse til borgeren",
    "safe_when": "Hvornår", "text": "Tekst", "municipality": "Kommune", "receiver": "Modtager",
    "sent_on": "Sendt", "channel": "Sendt hvordan", "can_help": "Kan hjælpe med", "may_know": "Må vide det",
    "told_on": "Orienteret", "agreed": "Aftale", "is_witness": "Kan være vidne",
    "recipient": "Modtager", "parts": "Med var", "file": "Fil", "sha256": "SHA-256",
    "custody_clear": "Forældremyndighed og samvær afklaret", "instruction": "Bedt om", "instructed_on": "Instrueret",
    "at_time": "Klokkeslæt", "is_second_hour": "Anden gang i den time, der kommer to gange", "types": "Type",
    "type_text": "Type, i ord", "contact_count": "Antal", "sender": "Afsender", "witness": "Vidne",
    "witness_contact": "Vidnets kontakt", "evidence": "Bevis", "reaction": "Borgerens reaktion",
    "reaction_reason": "Hvorfor borgeren svarede", "fear": "Frygt, 0-10", "children_present": "Børn til stede",
    "called_at": "Ringet kl.", "called_whom": "Talt med", "known": "Fortalt", "look_on": "Ses på igen",
    "row_count": "Rækker i filen", "added_count": "Rækker i loggen", "undo_reason": "Hvorfor fortrudt",
    "source": "Kilde", "is_withheld": "Må ikke udleveres", "is_example": "Typisk eksempel", "is_danger": "Faresignal",
}  # fmt: skip
LABELS: dict[str, type[kinds.Kind]] = {
    "talked": kinds.Talk,
    "exhibit.source": kinds.IncidentSource,
    "phase": kinds.Phase, "citizen_role": kinds.CitizenRole, "children": kinds.Answer, "box": kinds.Box,
    "conclusion": kinds.ConclusionKind, "basis": kinds.Basis, "outcome": kinds.Outcome, "case.kind": kinds.CaseKind,
    "task.kind": kinds.TaskKind, "meeting.kind": kinds.MeetingKind, "task.status": kinds.TaskStatus,
    "request.status": kinds.RequestStatus, "meeting.status": kinds.MeetingStatus, "sparring.way": kinds.SparringWay,
    "referral.way": kinds.ReferralWay, "side": kinds.RoleSide,
    "consent.way": kinds.ConsentWay, "order.kind": kinds.OrderKind, "receipt": kinds.Answer,
    "tell_us_first": kinds.Answer, "reported": kinds.Answer,
    "protection": kinds.Protection, "party.role": kinds.PartyRole, "safety_item.status": kinds.SafetyStatus,
    "area": kinds.SafetyArea, "level": kinds.RiskLevel, "case_link.kind": kinds.LinkKind,
    "child_report.outcome": kinds.ReportOutcome, "child_step.outcome": kinds.ReportOutcome,
    "channel": kinds.ReportChannel, "may_know": kinds.MayKnow,
    "institution.kind": kinds.InstitutionKind, "custody_clear": kinds.Answer, "recipient": kinds.PackRecipient,
    "incident.kind": kinds.IncidentKind, "incident.source": kinds.IncidentSource, "reaction": kinds.Reaction,
    "children_present": kinds.Answer,
}  # fmt: skip
REF = re.compile(r"(?:department:)?([a-z2-7]{26})")
NOTHING = "(intet)"
PEOPLE = {"primary_contact", "asker", "excluded"}  # changes without a column of that name that name a person
DAYS = {"on"}  # … and that are a day
_TABLES = {table._meta.table_name: table for table in schema.ALL_TABLES}


def refs_in(object_kind: str, changes: dict[str, Any]) -> set[str]:
    """Refs of persons and departments among the values of an event."""
    named = [pair for column, pair in changes.items() if _names_someone(object_kind, column)]
    return {ref for pair in named for value in pair if (ref := _ref(value))}


def value_of(object_kind: str, column: str, value: Any, names: dict[str, str]) -> str:
    """One value of an event as people say it; `names` holds those of refs.

    What kind of value it is, the column says, never the look of the value: a phone number may look like a date, and a
    reason like a closed list's word. One that does not read as its column should is told as it stands.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return ", ".join(_in_list(column, str(one)) for one in value) or NOTHING
    try:
        return _read(object_kind, column, str(value), names)
    except ValueError:
        return str(value)


def _read(object_kind: str, column: str, value: str, names: dict[str, str]) -> str:
    field = _field(object_kind, column)
    if isinstance(field, SealedField):
        return value
    if _names_someone(object_kind, column):
        return names.get(_ref(value) or "", "(ukendt)")
    if isinstance(field, peewee.DateField) or (field is None and column in DAYS):
        return clock.numeric_date(date.fromisoformat(value))
    if isinstance(field, UtcField):
        return _moment(datetime.fromisoformat(value))
    if field is None:
        return value
    return _listed(object_kind, column, value)


def _field(object_kind: str, column: str) -> peewee.Field | None:
    table = _TABLES.get(object_kind)
    return table._meta.fields.get(column) if table else None


def _names_someone(object_kind: str, column: str) -> bool:
    field = _field(object_kind, column)
    if field is None:
        return column in PEOPLE
    return isinstance(field, peewee.ForeignKeyField) and field.rel_model in (Person, Department)


def _ref(value: Any) -> str | None:
    match = REF.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def _moment(at: datetime) -> str:
    """An instant; or, of a meeting, the time on the wall that was chosen, which has no zone."""
    return clock.long_moment(at) if at.tzinfo else f"{clock.long_date(at)} kl. {clock.hhmm(at.time())}"


def _listed(object_kind: str, column: str, value: str) -> str:
    """The label of a closed list's value; numbers, and what the list no longer holds, as they are."""
    if object_kind == "incident" and column in ("types", "channel"):
        return _of_log(column, value)
    if column == "organisation":
        return content.contact_name(value)
    kind = LABELS.get(f"{object_kind}.{column}") or LABELS.get(column)
    return kind(value).label if kind else value


def _of_log(column: str, ids: str) -> str:
    listed = content.incidents()
    labels = {one.id: one.label for one in (listed.type if column == "types" else listed.channel)}
    return ", ".join(labels.get(one, one) for one in ids.split()) or NOTHING


def _in_list(column: str, value: str) -> str:
    template = content.workflow().get(value) if column == "tasks" else None
    return template.title if template else value
