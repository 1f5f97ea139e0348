"""Every item of a case that somebody may ask to see: one row of a table, in words, and what becomes of it (D-24).

Which tables there are, KINDS says; what no item is made of, NO_ITEMS says, with why, and a test that it is all of them.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import peewee

from ... import clock, content
from ...domain import incidents, protection
from ...domain.assessment import versions
from ...domain.insight import choosing
from ...domain.insight.choosing import Chosen
from ...errors import NotFound
from ...kinds import IncidentStatus, InsightAsker, InsightChoice, InsightGround, PartyRole, RoleSide, Scan
from ...store import columns, keys
from ...store.authorities import Breach, Order, PoliceReport
from ...store.cases import (
    Case,
    CaseLink,
    Exclusion,
    Handover,
    Likeness,
    Party,
    PhaseMove,
    Relation,
    RoleShare,
    Transfer,
)
from ...store.critical_dates import CriticalDate
from ...store.db import Table
from ...store.emergency import EmergencyUse
from ...store.files import StoredFile
from ...store.incidents import Exhibit, ImportChunk, Incident, IncidentVersion, LogImport, Pack
from ...store.informing import Informed
from ...store.insight import Insight
from ...store.plans import ChildReport, ChildStep, Institution, NetworkPerson, SafetyItem, WarningNote
from ...store.record import (
    Assessment,
    AssessmentPart,
    Conclusion,
    Consent,
    Disclosure,
    Note,
    RiskRecord,
    Sparring,
)
from ...store.retention import Hold
from ...store.sealed import SealedField, SealedJsonField
from ...store.work import Decision, Meeting, MeetingMove, Referral, Request, RequestMessage, Task
from ..facts import NOT_SAID
from ..history import wording

NO_ITEMS = {
    "participant": "which staff is at a meeting", "reminder": "when staff is reminded",
    "deadline": "when staff is reminded", "escalation": "when staff is reminded", "told": "what a letter counted",
    "outbox_letter": "neutral letters to staff", "stored_file": "goes with its exhibit or package",
    "file_chunk": "goes with its exhibit or package", "import_chunk": "goes with the file it is of",
    "journal_package": "what went to the journal, which is asked itself", "round_stop": "when staff goes through cases",
    "practice": "an exercise about somebody invented",
    "printed_sheet": "which sheets on paper staff has to take back",
    "journalised": "points to another item", "disposal": "when a case goes, and who said so",
}  # fmt: skip
TEXT = "Tekst"
LABELS = {  # of columns that the pages of a case show without a name
    "danger_now": "I fare lige nu", "close_reason": "Hvorfor afsluttet", "theme": "Emne", "who": "Hvem",
    "external_name": "Rådgiver", "advice": "Råd", "next_step": "Næste skridt", "held_on": "Holdt",
    "contact_rules": "Sikker kontakt", "result": "Resultat", "struck_reason": "Hvorfor overstreget",
}  # fmt: skip
WITNESS = ("witness", "witness_contact")
TO_COME = "En dag, der ikke er kommet endnu. Den gives først, når den er gået."
UNSAID = {"about", "is_withheld"}  # which other row it belongs to, and how it is dealt with
TIMES = ("at", "created_at", "from_at", "offered_at", "reported_at", "starts_at", "asked_at")


class InsightItem(NamedTuple):
    """Something that is kept: its name («note:<ref>»), the kind it is of, a title, what it says in pairs of a word and
    a text, `shown` as a page may show it while an address is protected, the file that goes with it, and by which rule
    it stays behind unless someone decides otherwise; `chosen` what somebody did."""

    name: str
    kind: "ItemKind"
    title: str
    says: list[tuple[str, str]]
    shown: list[tuple[str, str]]
    usual: InsightGround | None
    chosen: Chosen | None = None
    file: Exhibit | None = None

    @property
    def mark(self) -> str:
        """What the item says, as a keyed hash: what was chosen of it holds only as long as it says so."""
        return keys.hidden(f"{self.name}|{self.title}|{self.says}")

    @property
    def place(self) -> str:
        """Its name as a field of a form has it."""
        return self.name.replace(":", "-")

    @property
    def suggested(self) -> Chosen | None:
        """What stands in the form before anyone chose."""
        return self.chosen or (Chosen(InsightChoice.WITHHELD, self.usual, "", self.mark) if self.usual else None)


class ItemKind(NamedTuple):
    """A kind of item: the table, what its rows are called, one and several, and whether a row is about others than
    the citizen; `withheld` is what it is called where it is not given, since that there is such a thing may tell too
    much."""

    table: type[Table]
    one: str
    several: str
    is_of_others: Callable[[Any], bool] = lambda _: False
    withheld: str = ""

    @property
    def slug(self) -> str:
        """In an address."""
        return self.table._meta.table_name.replace("_", "-")


OTHERS = "Oplysninger om andre"


def _always(_: Any) -> bool:
    return True


def _is_told(row: Any) -> bool:
    """Whether an incident only tells what somebody said to an authority: that protects who did (D-15)."""
    return incidents.told.is_told_row(row)


KINDS = (
    ItemKind(Case, "Sagen", "Sagens oplysninger"),
    ItemKind(Party, "Person på sagen", "Personer på sagen", lambda row: row.role != PartyRole.CITIZEN, OTHERS),
    ItemKind(Sparring, "Sparring", "Sparring"),
    ItemKind(Assessment, "Vurdering", "Vurderinger"),
    ItemKind(AssessmentPart, "Del af vurdering", "Dele af vurderingen, der ikke er færdige"),
    ItemKind(RiskRecord, "Risikovurdering", "Risikovurderinger"),
    ItemKind(Conclusion, "Konklusion", "Konklusioner"),
    ItemKind(Note, "Notat", "Notater"),
    ItemKind(Task, "Opgave", "Opgaver"),
    ItemKind(Request, "Anmodning til en afdeling", "Anmodninger til afdelinger"),
    ItemKind(RequestMessage, "Spørgsmål eller svar", "Spørgsmål og svar til anmodninger"),
    ItemKind(Referral, "Henvisning", "Henvisninger"),
    ItemKind(Meeting, "Møde", "Møder"),
    ItemKind(MeetingMove, "Flytning af møde", "Flytninger af møder"),
    ItemKind(Decision, "Beslutning på møde", "Beslutninger på møder"),
    ItemKind(Incident, "Hændelse", "Hændelser i loggen", lambda row: row.is_withheld or _is_told(row)),
    ItemKind(IncidentVersion, "Tidligere udgave af hændelse", "Tidligere udgaver af hændelser", _always),
    ItemKind(Exhibit, "Bilag", "Bilag", lambda row: row.is_withheld or row.scan == Scan.FOUND),
    ItemKind(LogImport, "Borgerens egen fil", "Filer med borgerens egen log"),
    ItemKind(SafetyItem, "Punkt i sikkerhedsplanen", "Sikkerhedsplan"),
    ItemKind(WarningNote, "Advarsel til personalet", "Advarsler til personalet", _always, "Interne advarsler"),
    ItemKind(NetworkPerson, "Person i netværket", "Netværk", _always, OTHERS),
    ItemKind(Institution, "Sted i netværket", "Skoler, institutioner og arbejdspladser", _always, OTHERS),
    ItemKind(ChildReport, "Underretningspligt", "Underretningspligt", _always, OTHERS),
    ItemKind(ChildStep, "Skridt i underretningspligten", "Skridt i underretningspligten", _always, OTHERS),
    ItemKind(PoliceReport, "Politianmeldelse", "Politianmeldelser"),
    ItemKind(Order, "Tilhold eller forbud", "Tilhold og forbud"),
    ItemKind(Breach, "Overtrædelse", "Overtrædelser af tilhold og forbud"),
    ItemKind(CriticalDate, "Kritisk dato", "Kritiske datoer", _always, "Interne advarsler"),
    ItemKind(Consent, "Samtykke", "Samtykker"),
    ItemKind(Disclosure, "Videregivelse", "Hvad der er fortalt videre"),
    ItemKind(Pack, "Udlevering", "Udleveringer"),
    ItemKind(Transfer, "Overdragelse til en anden kommune", "Overdragelser"),
    ItemKind(Informed, "Orientering", "Hvem der er informeret", _always, OTHERS),
    ItemKind(RoleShare, "Rolle", "Roller", lambda row: row.side == RoleSide.OUTSIDE),
    ItemKind(Handover, "Spørgsmål om at være tovholder", "Skift af tovholder"),
    ItemKind(PhaseMove, "Faseskift", "Faseskift"),
    ItemKind(Relation, "Medarbejders adgang", "Medarbejderes adgang"),
    ItemKind(Likeness, "Lighed med en kollega", "Ligheder med kolleger", _always, OTHERS),
    ItemKind(EmergencyUse, "Nødadgang", "Nødadgange"),
    ItemKind(Exclusion, "Spærring", "Spærringer", _always, OTHERS),
    ItemKind(CaseLink, "Forbindelse til en anden sag", "Forbindelser til andre sager", _always, OTHERS),
    ItemKind(Hold, "Hvorfor sagen bevares", "Hvorfor sagen bevares"),
    ItemKind(
        Insight, "Anmodning om indsigt", "Anmodninger om indsigt",
        lambda row: row.asker != InsightAsker.CITIZEN, OTHERS,
    ),
)  # fmt: skip


def of_slug(slug: str) -> ItemKind:
    """The kind that an address names. Raises NotFound."""
    found = next((kind for kind in KINDS if kind.slug == slug), None)
    if found is None:
        raise NotFound()
    return found


def of_request(request: Insight, *kinds: ItemKind) -> list[InsightItem]:
    """The items of the case that somebody asks to see, with what was chosen of each; of some kinds or of all."""
    is_masked, standing = protection.masked(request.case), choosing.standing(request)
    ground = choosing.OF_OTHERS[request.kind]
    is_others = request.asker != InsightAsker.CITIZEN  # to whom everything here is about another
    found = [item for kind in kinds or KINDS for item in _of(kind, request, is_masked)]
    return [
        item._replace(
            usual=ground if item.usual or is_others else None,
            chosen=choice if (choice := standing.get(item.name)) and choice.mark == item.mark else None,
        )
        for item in found
    ]


def _of(kind: ItemKind, request: Insight, is_masked: bool) -> Iterator[InsightItem]:
    for row in _rows(kind, request):
        yield from _items(kind, row, is_masked)


def _rows(kind: ItemKind, request: Insight) -> list[Any]:
    table = kind.table
    rows = table.select().where(table.ref == request.case_id if table is Case else table.case == request.case_id)
    if table is Exhibit:
        rows = Exhibit.select(Exhibit, StoredFile).join(StoredFile, on=(Exhibit.file == StoredFile.ref)).where(
            Exhibit.case == request.case_id
        )  # fmt: skip
    if table is Incident:
        rows = rows.where(Incident.status != IncidentStatus.PENDING)
    if table is Insight:
        rows = rows.where(Insight.ref != request.ref)
    first = table._meta.fields.get("number") or _time_of(table)
    found = list(rows.order_by(*[first] if first else [], table.ref))
    return _with_chunks(found, request.case_id) if table is LogImport else found


def _with_chunks(files: list[Any], case: str) -> list[Any]:
    """The files of a case, each with the rows that are still kept of it."""
    chunks = list(ImportChunk.select().where(ImportChunk.case == case).order_by(ImportChunk.number)) if files else []
    for file in files:
        file.chunks = [chunk for chunk in chunks if chunk.log_import_id == file.ref]
    return files


def _time_of(table: type[Table]) -> peewee.Field | None:
    return next((table._meta.fields[name] for name in TIMES if name in table._meta.fields), None)


def _items(kind: ItemKind, row: Any, is_masked: bool) -> Iterator[InsightItem]:
    """What a row comes to: who saw an incident is about others, whatever the incident is about, and stands apart."""
    name, title = f"{kind.table._meta.table_name}:{row.ref}", _title(kind, row)
    every = _says(row)
    witnesses = [one for one in every if one.column in WITNESS] if kind.table is Incident else []
    rest = [one for one in every if one not in witnesses]
    others = kind.is_of_others(row) or (is_masked and _tells_where(row))
    file = row if kind.table is Exhibit else None
    usual = InsightGround.PRIVATE if others else None
    if rest or file:  # else it only tells who of the staff did something
        yield InsightItem(name, kind, title, *_pairs(rest, is_masked), usual, file=file)
    if witnesses:
        title = f"Vidner til {title.lower()}"
        yield InsightItem(f"{name}:witness", kind, title, *_pairs(witnesses, is_masked), InsightGround.PRIVATE)


def _pairs(told: list["ItemLine"], is_masked: bool) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What is told as it goes, and as a page may show it (SEC-10)."""
    going = [(one.label, one.text) for one in told]
    hidden = [(one.label, protection.HIDDEN if one.tells_where else one.text) for one in told]
    return going, hidden if is_masked else going


def _title(kind: ItemKind, row: Any) -> str:
    number = getattr(row, "number", None)
    if kind.table in (Incident, Exhibit, Pack, Insight, Assessment, Conclusion) and number:
        return f"{kind.one} {number}"
    at = _time_of(kind.table)
    return f"{kind.one} {clock.numeric_date(clock.local(getattr(row, at.name)).date())}" if at else kind.one


def _tells_where(row: Table) -> bool:
    kind = row._meta.table_name
    return any(protection.hides(kind, name) and getattr(row, name) for name in row._meta.fields)


# ── in words ────────────────────────────────────────────────────────────────────────────────────────


class ItemLine(NamedTuple):
    """A column in words, and whether it tells where someone is."""

    column: str
    label: str
    text: str
    tells_where: bool = False


def _says(row: Any) -> list[ItemLine]:
    """Each column that says something of the citizen, in its words; never which of the staff, and no day to come that
    raises danger: it leaves the house for nobody."""
    if isinstance(row, CriticalDate) and row.on >= clock.today():
        return [ItemLine("on", "Dato", TO_COME)]
    found = _in_structures(row)
    kind = row._meta.table_name
    for name, field in row._meta.fields.items():
        if name in UNSAID or isinstance(field, SealedJsonField | peewee.ForeignKeyField) or not _is_named(field):
            continue
        value: Any = getattr(row, name)
        if field is PoliceReport.contact_on and value and value >= clock.today():
            found.append(ItemLine(name, str(field.verbose_name), TO_COME))
        elif value not in NOT_SAID:
            text = wording.value_of(kind, name, value, {})
            label = field.verbose_name or LABELS.get(name, TEXT)
            found += [ItemLine(name, label, text, protection.hides(kind, name))] if text != wording.NOTHING else []
    return found


def _is_named(field: peewee.Field) -> bool:
    return (
        bool(field.verbose_name)
        or field.name in LABELS
        or (isinstance(field, SealedField) and field.verbose_name is None)
    )


def _in_structures(row: Any) -> list[ItemLine]:
    if isinstance(row, Assessment | AssessmentPart):
        asked, answers = content.assessment().question, dict[str, Any](row.answers or {})
        return [
            ItemLine(one.id, one.text, versions.in_words(one, answers[one.id])) for one in asked if answers.get(one.id)
        ]
    if isinstance(row, IncidentVersion):
        return [
            ItemLine(
                name,
                columns.label_of("incident", name),
                wording.value_of("incident", name, value, {}),
                protection.hides("incident", name),
            )
            for name, value in (row.content or {}).items()
            if value not in NOT_SAID and columns.label_of("incident", name)
        ]
    if isinstance(row, LogImport):
        lines = [
            " · ".join(str(cell) for cell in line[-1] if cell) for chunk in row.chunks for line in chunk.rows or []
        ]
        return [ItemLine("rows", "Hvad der står i filen", "\n".join(lines), tells_where=True)] if lines else []
    return []
