"""The ZIP file: paper, spreadsheets, exhibits and a manifest, written piece by piece, never whole in memory (SEC-51).

The manifest comes first: every hash is known, since what lies in the ZIP was stored before.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from ... import clock
from ...store import files
from ...store.files import StoredFile
from ...store.incidents import Exhibit, Pack

AT_A_TIME = 64 * 1024


class Member(NamedTuple):
    """A file in the ZIP: its path there, and where its bytes are."""

    path: str
    file: StoredFile


class _Pipe(io.RawIOBase):
    """What the ZIP is written to: it gives back at once what came in. It cannot go back, as an answer cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.held = bytearray()

    def writable(self) -> bool:
        """It can only be written to: what it cannot do else, the base class says."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece in."""
        self.held += piece
        return len(piece)

    def taken(self) -> bytes:
        """What came in since the last time."""
        piece = bytes(self.held)
        self.held.clear()
        return piece


def members(pack: Pack) -> list[Member]:
    """The files of a pack, the paper first; in two queries at most."""
    choices = pack.choices
    stored = {ref: path for path, ref in choices["files"].items()}
    attached = {exhibit["ref"]: exhibit["path"] for exhibit in choices["exhibits"]}
    return [
        Member(paper_name(pack), pack.file), *(Member(stored[file.ref], file) for file in _files(list(stored))),
        *(Member(attached[exhibit.ref], exhibit.file) for exhibit in _exhibits(list(attached))),
    ]  # fmt: skip


def _files(refs: list[str]) -> list[StoredFile]:
    return (
        sorted(StoredFile.select().where(StoredFile.ref.in_(refs)), key=lambda file: refs.index(file.ref))
        if refs
        else []
    )


def _exhibits(refs: list[str]) -> list[Exhibit]:
    if not refs:
        return []
    rows = Exhibit.select(Exhibit, StoredFile).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    return list(rows.where(Exhibit.ref.in_(refs)).order_by(Exhibit.number))


def paper_name(pack: Pack) -> str:
    """«udlevering-K7F3Q-1.pdf»: no name of a person (SEC-48)."""
    return f"udlevering-{pack.case.code}-{pack.number}.pdf"


def archive_name(pack: Pack) -> str:
    """«udlevering-K7F3Q-1.zip»."""
    return f"udlevering-{pack.case.code}-{pack.number}.zip"


def stream(pack: Pack, found: list[Member], fetched_by: str, at: datetime) -> Iterator[bytes]:
    """The ZIP of a pack, piece by piece; `fetched_by` and `at` say in the manifest who fetched it and when.

    The database is asked now and then for one chunk, never between them. Raises Altered, before the end, when a stored
    file is not what it was.
    """
    return _pieces(found, manifest(pack, found, fetched_by, at), clock.local(pack.at).timetuple()[:6])


def _pieces(found: list[Member], told: dict[str, Any], day: Any) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("manifest.txt", day), _as_text(told))
        made.writestr(zipfile.ZipInfo("manifest.json", day), json.dumps(told, ensure_ascii=False, indent=1))
        for member in found:
            yield from _written(made, pipe, member, day)
    yield pipe.taken()


def _written(made: zipfile.ZipFile, pipe: _Pipe, member: Member, day: Any) -> Iterator[bytes]:
    about = zipfile.ZipInfo(member.path, day)
    about.file_size = member.file.size_bytes
    about.compress_type = zipfile.ZIP_DEFLATED if member.path.endswith(".csv") else zipfile.ZIP_STORED
    with made.open(about, "w") as into:
        for piece in files.checked(member.file):
            into.write(piece)
            if len(pipe.held) >= AT_A_TIME:
                yield pipe.taken()


def manifest(pack: Pack, found: list[Member], fetched_by: str, at: datetime) -> dict[str, Any]:
    """What lies in the ZIP, with size and SHA-256 of every file, and what was left out."""
    return {
        "watermark": pack.choices["watermark"],
        "fetched": f"Hentet af {fetched_by} {clock.local(at).isoformat(timespec='seconds')}",
        "warning": " ".join(pack.choices["warning"]),
        "rows": pack.choices["numbers"], "period": pack.choices["period"], "left_out": pack.choices["left_out"],
        "files": [
            {"path": member.path, "size_bytes": member.file.size_bytes, "sha256": member.file.sha256}
            for member in found
        ],
    }  # fmt: skip


def _as_text(told: dict[str, Any]) -> str:
    lines = [
        told["watermark"], told["fetched"], "", told["warning"],
        *(["", f"Hændelser: nr. {told['rows']}. {told['period']}."] if told["period"] else []),
        "", "Det er ikke med:", *(f"- {words}" for words in told["left_out"]), "", "Filer (SHA-256, byte, navn):",
        *(f"{file['sha256']}  {file['size_bytes']:>10}  {file['path']}" for file in told["files"]), "",
    ]  # fmt: skip
    return "\r\n".join(lines)
