"""Files as sealed chunks in the database: one store to back up, and no file without its row (decision 20)."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import peewee

from ..errors import Unreadable
from .cases import Case
from .db import Table, append, change, connected, insert
from .fields import RefField, UtcField, link
from .people import Person
from .sealed import SealedBytesField, SealedField

CHUNK_BYTES = 1024 * 1024
log = logging.getLogger(__name__)


class StoredFile(Table):
    """The bytes that were received or made, unchanged. `media_type` is what we found in them, not what they claim."""

    ref = RefField(primary_key=True)
    case = link(Case)
    name = SealedField(tells_where=True)  # as the sender called it: never a path, nor a header as it stands
    media_type = peewee.CharField(max_length=100)
    size_bytes = peewee.IntegerField()
    sha256 = SealedField(tells_where=False)  # of the original bytes; sealed, since a known file is known by it
    by = link(Person, null=True, backref="+", index=False)  # empty: the system, as of a preview
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class FileChunk(Table):
    """At most CHUNK_BYTES of a file, in their order from 1."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    file = link(StoredFile, index=False)
    number = peewee.IntegerField()
    body = SealedBytesField()
    sealed_by = "case"
    is_bound = False  # the file's SHA-256, which is bound, covers all of them

    class Meta:
        indexes = ((("file", "number"), True),)


def keep(case: str, by: Any, name: str | None, media_type: str, pieces: Iterable[bytes], at: datetime) -> StoredFile:
    """Store a file of a case piece by piece, so that it never lies whole in memory, and return its row with size and
    hash. Must run inside a transaction: half a file is none."""
    file = insert(StoredFile, case=case, name=name, media_type=media_type, size_bytes=0, sha256=None, by=by, at=at)
    digest, size = hashlib.sha256(), 0
    for number, piece in enumerate(_even(pieces), 1):
        digest.update(piece)
        size += len(piece)
        append(FileChunk, case=case, file=file.ref, number=number, body=piece)
    return change(file, file.version, case=case, size_bytes=size, sha256=digest.hexdigest())


class Altered(Unreadable):
    """The stored bytes are not the ones that were received."""


def read(file: StoredFile) -> Iterator[bytes]:
    """The file's bytes, one chunk at a time, each by a query of its own. Raises Unreadable if one was altered.

    Between two chunks no connection is held, so that an answer may be sent as slowly as its reader takes it, on any
    thread, and be left at any time.
    """
    number = 0
    while True:
        number += 1
        with connected():
            chunk = FileChunk.get_or_none(FileChunk.file == file.ref, FileChunk.number == number)
            body = None if chunk is None else chunk.body
        if body is None:
            return
        yield body


def checked(file: StoredFile) -> Iterator[bytes]:
    """The file's bytes as `read` gives them, the last chunk only once all of them have the hash that was written down
    at receipt. Raises Altered, so that what is not the original never arrives whole."""
    digest, held = hashlib.sha256(), b""
    for body in read(file):
        digest.update(body)
        if held:
            yield held
        held = body
    with connected():
        if digest.hexdigest() != file.sha256:
            log.error("file %s is not what was received", file.ref)
            raise Altered()
    yield held


def _even(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of CHUNK_BYTES, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK_BYTES:
            yield bytes(held[:CHUNK_BYTES])
            del held[:CHUNK_BYTES]
    if held:
        yield bytes(held)
