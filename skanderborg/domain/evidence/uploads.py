"""A file on its way in: what it is, how large, and its hash, all found before anything is written."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, NamedTuple

import peewee

from ...danish import signs
from ...errors import Invalid
from ...store.cases import Case
from ...store.files import StoredFile
from ...store.incidents import Exhibit
from ...store.people import Person
from .. import rules
from . import sniffing

PIECE_BYTES = 1024 * 1024
MEGABYTE = 1024 * 1024
LONGEST_NAME = 200
NAMELESS = "uden navn"
A_DAY = timedelta(hours=24)


class Upload:
    """A file that may be kept. `ref` stands for its content where a form that is sent twice is recognised."""

    def __init__(self, name: str, stream: IO[bytes], media_type: str, size_bytes: int, sha256: str):
        self.name = name
        self.stream = stream
        self.media_type = media_type
        self.size_bytes = size_bytes
        self.sha256 = sha256
        self.ref = f"{sha256} {name}"

    def pieces(self) -> Iterator[bytes]:
        """The bytes from the beginning, a piece at a time."""
        self.stream.seek(0)
        while piece := self.stream.read(PIECE_BYTES):
            yield piece


class Limits(NamedTuple):
    """What fits into one sending."""

    file_megabytes: int
    body_megabytes: int

    @property
    def body_bytes(self) -> int:
        """The whole body; what is typed beside the files is small."""
        return self.body_megabytes * MEGABYTE


def limits() -> Limits:
    """How much may be sent, to be told before it is."""
    return Limits(rules.current().evidence_file_megabytes, rules.current().largest_body_megabytes)


def look_at(name: str | None, stream: IO[bytes]) -> Upload:
    """The file of a seekable stream. Raises Invalid at the field `files` for one that is too large or of a type that is
    not taken in.

    It is read here, twice, so that the transaction that keeps it is short: other people's writes wait for that one.
    """
    called = plain_name(name)
    size_bytes, largest = stream.seek(0, 2), rules.current().evidence_file_megabytes
    if size_bytes > largest * MEGABYTE:
        raise Invalid(
            f"Filen fylder {megabytes(size_bytes)}. En fil må højst fylde {largest} MB. "
            "Gør den mindre, eller del den, fx en video i kortere klip.", "files",
        )  # fmt: skip
    media_type = sniffing.media_type_of(stream, called)
    upload = Upload(called, stream, media_type, size_bytes, "")
    digest = hashlib.sha256()
    for piece in upload.pieces():
        digest.update(piece)
    return Upload(called, stream, media_type, size_bytes, digest.hexdigest())


def plain_name(name: str | None) -> str:
    """What the sender called the file, without folders and control characters."""
    last = re.split(r"[\\/]", signs.cleaned(name or ""))[-1]
    return last.replace("\n", " ")[:LONGEST_NAME] or NAMELESS


def refuse_over_quota(actor: Person, case: Case, size_bytes: int, now: datetime) -> None:
    """Raise Invalid when a case, or a person within a day, would get more than is allowed; inside the transaction."""
    allowed = rules.current()
    in_case = _sum(Exhibit.case == case.ref)
    if in_case + size_bytes > allowed.evidence_case_megabytes * MEGABYTE:
        raise Invalid(
            f"Der er ikke plads: sagens bilag må fylde {allowed.evidence_case_megabytes} MB og fylder "
            f"{megabytes(in_case)}. Vælg en mindre fil, eller bed it-afdelingen om mere plads.", "files",
        )  # fmt: skip
    by_person = _sum((Exhibit.by == actor.ref) & (Exhibit.at > now - A_DAY))
    if by_person + size_bytes > allowed.evidence_person_day_megabytes * MEGABYTE:
        raise Invalid(
            f"Du har lagt {megabytes(by_person)} op det seneste døgn, og grænsen er "
            f"{allowed.evidence_person_day_megabytes} MB. Fortsæt i morgen, eller bed en kollega på sagen om hjælp.",
            "files",
        )


def twin(case: Case, upload: Upload) -> Exhibit | None:
    """The first exhibit of the case with the very same bytes. Hashes are sealed: those of the same size are opened."""
    same_size = Exhibit.select(Exhibit, StoredFile).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    rows = same_size.where(Exhibit.case == case.ref, StoredFile.size_bytes == upload.size_bytes)
    return next((row for row in rows.order_by(Exhibit.number) if row.file.sha256 == upload.sha256), None)


def megabytes(size_bytes: int) -> str:
    """A size as people say it: «12 KB», «3,4 MB»."""
    if size_bytes < MEGABYTE:
        return f"{max(1, round(size_bytes / 1024))} KB"
    return f"{size_bytes / MEGABYTE:.1f} MB".replace(".0 ", " ").replace(".", ",")


def _sum(condition: peewee.Expression) -> int:
    query = Exhibit.select(peewee.fn.SUM(StoredFile.size_bytes)).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    return int(query.where(condition).scalar() or 0)
