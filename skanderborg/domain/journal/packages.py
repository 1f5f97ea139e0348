"""Packages for the municipality's journal (ESDH): papers with an index, and the receipt that names their numbers.

The index and the receipt are msgspec structs, from which their JSON Schema is written: one spelling for the format, the
reader and its paper. Nothing in a file's name, or in the index, says whom it is about.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from ... import clock
from ...errors import Invalid, NotFound
from ...kinds import EventKind
from ...policy import SYSTEM, Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import insert, lock_chain, new_ref, rewrite, transaction
from ...store.people import Person
from ...store.record import JournalPackage
from .. import journal, rules
from ..verbs import verb

MOST = 20  # papers of one package: each is drawn in a process of its own
FORMAT = "koordinering-journal-1"
LONGEST_RECEIPT = 100_000  # bytes
RECEIPT = "*.kvittering.json"
Number = Annotated[str, Meta(min_length=1, max_length=60)]
FileName = Annotated[str, Meta(pattern=r"^\d{2}\.pdf$")]


class IndexedPaper(Struct, frozen=True, forbid_unknown_fields=True):
    """A paper of the package: its file and the SHA-256 of its bytes, its day, and words that tell of nobody."""

    file: FileName
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    date: date
    theme: str
    title: str
    kle: Annotated[str, Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}$")]


class Index(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in index.json."""

    format: str
    package: str
    case: str
    made_at: datetime
    documents: list[IndexedPaper]


class Filed(Struct, frozen=True, forbid_unknown_fields=True):
    """Under which number the journal has a paper."""

    file: FileName
    number: Number


class Receipt(Struct, frozen=True, forbid_unknown_fields=True):
    """What the journal answers."""

    package: Annotated[str, Meta(pattern=r"^[a-z2-7]{26}$")]
    on: date
    documents: Annotated[list[Filed], Meta(min_length=1, max_length=MOST)]


class Paper(NamedTuple):
    """A paper as it was drawn: of which row, its day, what kind of thing it is, and its bytes."""

    about: str
    on: date
    label: str
    body: bytes


class Packed(NamedTuple):
    """A package, and its ZIP; `is_dropped` says that it lies in the journal's folder already."""

    row: JournalPackage
    body: bytes
    is_dropped: bool


def schema() -> bytes:
    """The JSON Schema of index and receipt, as it lies in every package."""
    _, parts = msgspec.json.schema_components([Index, Receipt], ref_template="#/$defs/{name}")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/$defs/Index", "$defs": parts}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────


def refuse_unfit(actor: Person, case: Case, abouts: Sequence[str]) -> None:
    """Raise Invalid for rows that are not on the case's list of what lacks the mark, for none, or for more than fit."""
    if not abouts or len(abouts) > MOST or not set(abouts) <= {one.about for one in journal.missing(actor, case)}:
        raise Invalid(f"Sæt hak ved mellem 1 og {MOST} ting.", "papers")


def pack(actor: Person, case: Case, papers: Sequence[Paper]) -> Packed:
    """Keep what goes to the journal and write its ZIP, into `journal_folder` where one is set.

    Raises Invalid where the folder cannot be written; nothing is kept then.
    """
    ref, at = new_ref(), clock.now()
    documents = [_indexed(place, paper) for place, paper in enumerate(papers, 1)]
    files = {one.file: paper.about for one, paper in zip(documents, papers, strict=True)}
    body = _zipped(Index(FORMAT, ref, case.code, at, documents), papers, at)
    half = _half_dropped(ref, body)
    row = _keep(actor, case, ref, files, at)
    if half:
        half.rename(half.with_name(f"{ref}.zip"))
    return Packed(row, body, half is not None)


def _indexed(place: int, paper: Paper) -> IndexedPaper:
    title = f"{paper.label} {clock.numeric_date(paper.on)}"
    mark = hashlib.sha256(paper.body).hexdigest()
    return IndexedPaper(f"{place:02}.pdf", mark, paper.on, paper.label, title, rules.current().journal_kle)


@verb(Action.NOTE_WRITE)
def _keep(actor: Person, case: Case, ref: str, files: dict[str, str], at: datetime) -> JournalPackage:
    row = insert(JournalPackage, ref=ref, case=case.ref, content=files, by=actor, at=at)
    events.record(actor, EventKind.JOURNAL_PACKED, row)
    return row


def _zipped(index: Index, papers: Sequence[Paper], at: datetime) -> bytes:
    file = io.BytesIO()
    wall = clock.local(at).timetuple()[:6]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as into:
        members = [("index.json", msgspec.json.format(msgspec.json.encode(index), indent=1)), ("schema.json", schema())]
        members += [(one.file, paper.body) for one, paper in zip(index.documents, papers, strict=True)]
        for name, body in members:
            into.writestr(zipfile.ZipInfo(name, wall), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _half_dropped(ref: str, body: bytes) -> Path | None:
    """The ZIP in the journal's folder, whole, and under a name that the journal does not read yet; None without one."""
    if not (folder := rules.current().journal_folder):
        return None
    half = Path(folder) / f".{ref}.half"
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        half.unlink(missing_ok=True)
        raise Invalid("Journalens mappe kan ikke skrives lige nu. Intet er sendt. Sig det til it-afdelingen.") from None
    return half


# ── back ────────────────────────────────────────────────────────────────────────────────────────────


def read(body: bytes) -> Receipt:
    """A receipt as the journal wrote it. Raises Invalid for anything else."""
    try:
        return msgspec.json.decode(body if len(body) <= LONGEST_RECEIPT else b"", type=Receipt)
    except (ValueError, msgspec.MsgspecError):
        raise Invalid("Filen er ikke en kvittering fra journalen.", "receipt") from None


@verb(Action.NOTE_WRITE)
def receive(actor: Person, case: Case, receipt: Receipt) -> int:
    """Mark what a receipt names as journalised, under the journal's numbers; how many are new.

    Raises Invalid for the receipt of another case's package, or one that names what was not in it.
    """
    row = JournalPackage.get_or_none(JournalPackage.ref == receipt.package, JournalPackage.case == case.ref)
    if row is None:
        raise Invalid("Kvitteringen hører ikke til en pakke fra denne sag.", "receipt")
    return _take(actor, actor, case, row, receipt)


def _take(actor: Actor, by: Person, case: Case, row: JournalPackage, receipt: Receipt) -> int:
    files = row.content
    if any(one.file not in files for one in receipt.documents) or receipt.on > clock.today():
        raise Invalid("Kvitteringen nævner noget, der ikke var i pakken, eller en dag, der ikke er kommet.", "receipt")
    new = sum(journal.set_mark(actor, by, case, files[one.file], receipt.on, one.number) for one in receipt.documents)
    first = (JournalPackage.ref == row.ref, JournalPackage.received_at.is_null())
    if rewrite(JournalPackage, *first, received_at=clock.now()):
        events.record(actor, EventKind.JOURNAL_RECEIVED, row)
    return new


def take_dropped() -> int:
    """Take the receipts that lie in the journal's folder; how many rows are marked. A tick: a receipt that was taken is
    put away as `….taget`, one that is wrong as `….afvist`, and is not read again."""
    folder = rules.current().journal_folder
    return sum(_taken(path) for path in sorted(Path(folder).glob(RECEIPT))) if folder else 0


def _taken(path: Path) -> int:
    try:
        with path.open("rb") as file:
            marked = _of_system(read(file.read(LONGEST_RECEIPT + 1)))
    except (Invalid, NotFound, OSError):
        path.rename(path.with_suffix(".afvist"))
        return 0
    path.rename(path.with_suffix(".taget"))
    return marked


@transaction
def _of_system(receipt: Receipt) -> int:
    row = JournalPackage.get_or_none(JournalPackage.ref == receipt.package)
    if row is None:
        raise NotFound()
    lock_chain(f"case:{row.case_id}")  # which the events are added to, before any row is written
    return _take(SYSTEM, row.by, row.case, row, receipt)
