"""Evidence: files that are kept as they were received, as numbered exhibits (D-09, SEC-46..48; decision 20).

The original bytes never change; what is wrong is struck out with a reason, and a number is never used again. See
uploads.py and sniffing.py for what may come in, changes.py for what may be said of it later, previews.py for pictures.
"""

from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import peewee

from ... import clock, policy
from ...errors import Conflict, Invalid, NotFound
from ...kinds import EventKind, IncidentSource, Scan
from ...policy import Action
from ...store import events, files
from ...store.cases import Case
from ...store.db import Table, lock_chain, transaction
from ...store.files import Altered as Altered
from ...store.files import StoredFile
from ...store.idempotency import creates
from ...store.incidents import Exhibit, Incident
from ...store.people import Person
from ...store.record import Note
from ...store.work import Meeting, Request
from .. import incidents, paging, written
from ..paging import Page
from ..verbs import reads, work
from ..written import add
from . import sniffing, uploads
from .uploads import Upload

NO_SUCH_ROW = "Der er ingen hændelse med det nummer i loggen. Se nummeret på siden Log, eller lad feltet stå tomt."
MOST_FILES = 50
THINGS: dict[str, tuple[type[Table], str]] = {  # what a file may belong to besides a row of the log
    "note": (Note, "Notat"), "meeting": (Meeting, "Møde"), "request": (Request, "Anmodning"),
}  # fmt: skip


class FileDetails(NamedTuple):
    """What is said of a file. `row`: the number of the row of the log that it belongs to; `is_withheld`: it must not
    reach the other party."""

    description: str | None = None
    row: int | None = None
    source: IncidentSource = IncidentSource.CITIZEN
    is_withheld: bool = False
    about: str | None = None  # «note:<ref>», meeting or request: what else of the case it belongs to


class ExhibitFilter(NamedTuple):
    """Which exhibits are wanted: all, those of the row with a number, those that belong to none, or those `about` a
    note, a meeting or a request."""

    row: int | None = None
    without_row: bool = False
    about: str = ""


class Refused(NamedTuple):
    """A file that was not kept, and why; `twin` is the number of the exhibit that has the same bytes."""

    name: str
    why: str
    twin: int | None = None


class Received(NamedTuple):
    """What became of the files of one form."""

    kept: list[Exhibit]
    refused: list[Refused]


class Duplicate(Invalid):
    """The very same bytes are an exhibit of the case already."""

    def __init__(self, number: int):
        super().__init__(f"Filen ligger her allerede som bilag {number}. Den er ikke gemt igen.", "files")
        self.number = number


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.EVIDENCE_READ)
def of_case(actor: Person, case: Case, wanted: ExhibitFilter, number: int) -> Page:
    """One page of the exhibits of a case that the actor has loaded, by number, each with its file, row and receiver."""
    query = _exhibits(case, Incident.ref, Incident.case, Incident.number, Incident.status, Person.ref, Person.name)
    query = query.join_from(Exhibit, Incident, peewee.JOIN.LEFT_OUTER, on=(Exhibit.incident == Incident.ref))
    query = query.join_from(Exhibit, Person, on=(Exhibit.by == Person.ref)).where(*_conditions(wanted))
    return paging.counted(query, number)


@reads(Action.EVIDENCE_READ)
def count(actor: Person, case: Case) -> tuple[int, int]:
    """How many exhibits a case has, struck ones too, and how many bytes they are."""
    sums = Exhibit.select(peewee.fn.COUNT(Exhibit.ref), peewee.fn.SUM(StoredFile.size_bytes))
    ((many, size_bytes),) = sums.join(StoredFile, on=(Exhibit.file == StoredFile.ref)).where(
        Exhibit.case == case.ref
    ).tuples()  # fmt: skip
    return many, int(size_bytes or 0)


@reads(Action.EVIDENCE_READ)
def every(actor: Person, case: Case) -> list[Exhibit]:
    """All exhibits of a case by number, struck ones too, each with its file: for what is handed over."""
    return [policy.carry(case, row) for row in _exhibits(case)]


@reads(Action.EVIDENCE_READ)
def of_incident(actor: Person, case: Case, incident_ref: str) -> list[Exhibit]:
    """The exhibits that belong to one row of the log, by number, struck ones too, each with its file."""
    return [policy.carry(case, row) for row in _exhibits(case).where(Exhibit.incident == incident_ref)]


@reads(Action.EVIDENCE_READ)
def of_things(actor: Person, case: Case, abouts: list[str]) -> dict[str, list[Exhibit]]:
    """The exhibits of notes, meetings and requests, as `of_incident` gives those of a row, by what they are about."""
    found: dict[str, list[Exhibit]] = {about: [] for about in abouts}
    for row in _exhibits(case).where(Exhibit.about.in_(abouts)):
        found[row.about].append(policy.carry(case, row))
    return found


def many(model: type[Table]) -> peewee.ModelSelect:
    """How many exhibits a note, a meeting or a request has, for a query of these."""
    about = peewee.Value(f"{model._meta.name}:").concat(model.ref)
    return Exhibit.select(peewee.fn.COUNT(Exhibit.ref)).where(Exhibit.case == model.case, Exhibit.about == about)


def thing_of(about: str) -> str:
    """What people call the thing that an exhibit is about: «Notat»."""
    return THINGS[about.partition(":")[0]][1]


def named(exhibits: list[Exhibit]) -> str:
    """What counts of the exhibits as the journal is told of them; empty where there is none."""
    told = [f"Bilag {row.number}: {label(row)}" + (f", {row.description}" if row.description else "")
            for row in exhibits if not row.struck_at]  # fmt: skip
    return "\n\n" + "\n".join(told) if told else ""


@reads(Action.EVIDENCE_READ)
def one(actor: Person, case: Case, ref: str) -> Exhibit:
    """One exhibit of a case that the actor has loaded, with its file, row and receiver. Raises NotFound for one of
    another case (SEC-04)."""
    query = _exhibits(case, Incident.ref, Incident.case, Incident.number, Incident.status, Person.ref, Person.name)
    query = query.join_from(Exhibit, Incident, peewee.JOIN.LEFT_OUTER, on=(Exhibit.incident == Incident.ref))
    row = query.join_from(Exhibit, Person, on=(Exhibit.by == Person.ref)).where(Exhibit.ref == ref).first()
    if row is None:
        raise NotFound()
    return policy.carry(case, row)


@transaction
def downloaded(actor: Person, case_ref: str, ref: str) -> Exhibit:
    """The exhibit whose original the actor fetches, which is written down (SEC-48). Raises as policy.case_for, NotFound
    as `one`, Conflict where a virus was found: then only `downloaded_knowingly` gives it."""
    row = one(actor, policy.case_for(actor, case_ref, Action.EVIDENCE_READ), ref)
    if row.scan == Scan.FOUND:
        raise Conflict("Der er fundet virus i filen. Åbn bilagets side, hvis du skal hente den alligevel.")
    events.looked(actor, "exhibit:downloaded", row)
    return row


@reads(Action.EVIDENCE_READ)
def downloaded_knowingly(actor: Person, case: Case, exhibit: Exhibit) -> None:
    """Write down that the actor fetches an original in which a virus was found, and knows it."""
    events.looked(actor, "exhibit:downloaded", exhibit)


@transaction
def previewed(actor: Person, case_ref: str, ref: str) -> Exhibit:
    """The exhibit whose picture the actor is shown, which is written down. Raises NotFound where there is none, or a
    virus was found."""
    row = one(actor, policy.case_for(actor, case_ref, Action.EVIDENCE_READ), ref)
    if not has_picture(row):
        raise NotFound()
    events.looked(actor, "exhibit:previewed", row)
    return row


@reads(Action.EVIDENCE_READ)
def open_bytes(actor: Person, exhibit: Exhibit) -> Iterator[bytes]:
    """The original of an exhibit that the actor has loaded, chunk by chunk, with no connection held between them.

    Raises Unreadable, before the last chunk, when the bytes are not those that were received.
    """
    return files.checked(exhibit.file)


@reads(Action.EVIDENCE_READ)
def picture_bytes(actor: Person, exhibit: Exhibit) -> Iterator[bytes]:
    """The preview of an exhibit, as `open_bytes` gives the original."""
    return files.checked(exhibit.preview)


def has_picture(exhibit: Exhibit) -> bool:
    """Whether there is a picture of the exhibit to be shown."""
    return exhibit.preview_id is not None and exhibit.scan != Scan.FOUND


def label(exhibit: Exhibit) -> str:
    """What people call the type of the file: «JPEG-billede»."""
    return sniffing.TYPES[exhibit.file.media_type].label


def download_name(exhibit: Exhibit) -> str:
    """The name under which the original is fetched; what the sender called it never becomes a header."""
    return f"bilag-{exhibit.number}.{sniffing.TYPES[exhibit.file.media_type].extension}"


def sent_as(exhibit: Exhibit) -> str:
    """The media type under which the original is fetched: ours, and none that a browser would run."""
    return sniffing.TYPES[exhibit.file.media_type].sent_as


def says_otherwise(exhibit: Exhibit) -> bool:
    """Whether the name that the file came with says another type than the file is."""
    return sniffing.says_otherwise(exhibit.file.name or "", exhibit.file.media_type)


def not_shown(exhibit: Exhibit) -> str:
    """Why no picture of the exhibit is shown, where none ever will be; empty while one is on its way."""
    if exhibit.scan == Scan.FOUND:
        return "Der er fundet virus i filen. Den vises ikke."
    if exhibit.file.media_type in sniffing.PICTURES:
        return "Billedet kan ikke vises her. Hent filen for at se den." if exhibit.preview_tried_at else ""
    if exhibit.file.media_type == sniffing.WEB_PAGE:
        return (
            "Type: Webside (HTML). Den vises aldrig her: en webside kan køre kode og hente noget fra nettet, så "
            "afsenderen ser, at den åbnes. Originalen er gemt, som den kom. Hent den, og åbn den uden net."
        )
    return f"Type: {label(exhibit)}. Den åbnes ikke her af hensyn til sikkerheden. Hent filen for at se eller høre den."


def _exhibits(case: Case, *more: Any) -> peewee.ModelSelect:
    query = Exhibit.select(Exhibit, StoredFile, *more).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    return query.where(Exhibit.case == case.ref).order_by(Exhibit.number)


def _conditions(wanted: ExhibitFilter) -> list[peewee.Expression]:
    of_row = [Incident.number == wanted.row] if wanted.row is not None else []
    without_row = [Exhibit.incident.is_null()] if wanted.without_row else []
    about = [Exhibit.about == wanted.about] if wanted.about else []
    return [Exhibit.number > 0, *of_row, *without_row, *about]


# ── receiving ───────────────────────────────────────────────────────────────────────────────────────


def looked_at(given: list[tuple[str, IO[bytes]]]) -> list[Upload]:
    """Files of a form that are kept all or none. Raises Invalid at `files` for the first that is not taken in."""
    if len(given) > MOST_FILES:
        raise Invalid(f"Vælg højst {MOST_FILES} filer.", "files")
    return [uploads.look_at(name, stream) for name, stream in given]


def receive_all(
    actor: Person, case: Case, given: list[tuple[str, IO[bytes]]], said: FileDetails, key: str | None = None,
    again: bool = False,
) -> Received:  # fmt: skip
    """Keep each file, or say why not; one that is refused costs the others nothing. Raises Invalid for what concerns
    all of them: none or too many, an unknown row, a closed case."""
    if not 1 <= len(given) <= MOST_FILES:
        raise Invalid(f"Vælg mindst én fil og højst {MOST_FILES}.", "files")
    row_numbered(case, said.row)
    received = Received([], [])
    for place, (name, stream) in enumerate(given):
        try:
            upload = uploads.look_at(name, stream)
            kept = receive(actor, case, upload, said, again=again, key=f"{key}:{place}" if key else None)
            received.kept.append(kept)
        except Invalid as error:
            if error.field != "files":
                raise
            twin = error.number if isinstance(error, Duplicate) else None
            received.refused.append(Refused(uploads.plain_name(name), error.message, twin))
    return received


@work(Action.REQUEST_HANDLE)
def hand_in(actor: Person, request: Request, upload: Upload) -> Exhibit:
    """Keep a file that a department gives with its answer, as `receive` does: also one that is there already, for what
    the case has is none of the department's business."""
    about = f"request:{request.ref}"
    said = FileDetails("Vedlagt svaret", source=IncidentSource.PROFESSIONAL, about=about)
    return _keep(actor, request.case, upload, said, again=True)


@creates(Exhibit)
@work(Action.INCIDENT_RECORD)
def receive(actor: Person, case: Case, upload: Upload, said: FileDetails, again: bool = False) -> Exhibit:
    """Keep a file as the next exhibit of the case, its bytes unchanged; `again` keeps what is there already once more.

    Raises Invalid over a quota, on a closed case and for an unknown row, Duplicate for bytes that are there.
    """
    return _keep(actor, case, upload, said, again)


def _keep(actor: Person, case: Case, upload: Upload, said: FileDetails, again: bool) -> Exhibit:
    lock_chain(f"quota:{actor.ref}")  # two files that come at once are weighed one after the other
    now = clock.now()
    uploads.refuse_over_quota(actor, case, upload.size_bytes, now)
    twin = None if again else uploads.twin(case, upload)
    if twin is not None:
        raise Duplicate(twin.number)
    row = row_numbered(case, said.row)
    if said.about:
        _refuse_elsewhere(case, said.about)
    file = files.keep(case.ref, actor.ref, upload.name, upload.media_type, upload.pieces(), now)
    waits = upload.media_type in sniffing.PICTURES
    words = {"name": upload.name, "description": said.description, "row": said.row, "is_withheld": said.is_withheld,
             "about": said.about and thing_of(said.about), "sha256": file.sha256}  # fmt: skip
    return add(
        actor, EventKind.EXHIBIT_RECEIVED, Exhibit, case, told=written.news(words), number=_next_number(case),
        incident=row, file=file, preview_tried_at=None if waits else now, description=said.description,
        source=said.source, is_withheld=said.is_withheld, about=said.about,
    )  # fmt: skip


def _refuse_elsewhere(case: Case, about: str) -> None:
    """Raise NotFound for what belongs to no thing of the case (SEC-04)."""
    kind, _, ref = about.partition(":")
    if kind not in THINGS:
        raise NotFound()
    policy.part_of(case, THINGS[kind][0], ref)


def row_numbered(case: Case, number: int | None) -> Incident | None:
    """The row of the log with that number. Raises Invalid where there is none."""
    if number is None:
        return None
    row = Incident.get_or_none(Incident.case == case.ref, Incident.number == number, incidents.in_log())
    if row is None:
        raise Invalid(NO_SUCH_ROW, "row")
    return row


def _next_number(case: Case) -> int:
    highest = Exhibit.select(peewee.fn.MAX(Exhibit.number)).where(Exhibit.case == case.ref).scalar()
    return (highest or 0) + 1
