"""Pictures of exhibits without what a camera writes into them: where, when, by which phone (SEC-46).

The originals are opened in a child process only. Each is tried once: a picture that breaks the child, or takes it too
long, is marked before it is opened, and keeps nobody else waiting.
"""

from datetime import datetime

from ... import isolated
from ...kinds import Scan
from ...store import files
from ...store.db import begin, lock_chain, rewrite
from ...store.files import StoredFile
from ...store.incidents import Exhibit

A_TURN = 5  # so many by one tick, each after the other
SECONDS = 20  # of processor time for one
MEGABYTES = 900  # of address space: 50 million pixels with transparency, and the libraries
PNG = b"\x89PNG"


def make_due(now: datetime) -> int:
    """Make the previews that are missing, oldest first; how many were made."""
    due = Exhibit.select(Exhibit, StoredFile).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    is_safe = Exhibit.scan.is_null() | (Exhibit.scan != Scan.FOUND)
    rows = list(due.where(Exhibit.preview_tried_at.is_null(), is_safe).order_by(Exhibit.at).limit(A_TURN))
    return sum(_make(row, now) for row in rows)


def _make(exhibit: Exhibit, now: datetime) -> bool:
    if not _claimed(exhibit, now):
        return False
    try:
        picture = isolated.run("pictures", b"".join(files.checked(exhibit.file)), seconds=SECONDS, megabytes=MEGABYTES)
    except isolated.Refused:
        return False
    media_type = "image/png" if picture.startswith(PNG) else "image/jpeg"
    with begin():
        lock_chain(f"case:{exhibit.case_id}")
        kept = files.keep(exhibit.case_id, None, None, media_type, [picture], now)
        # It follows from the file and is nothing that anyone says: no new version, over which someone's words would
        # be refused, and no event.
        rewrite(Exhibit, Exhibit.ref == exhibit.ref, preview=kept.ref)
    return True


def _claimed(exhibit: Exhibit, now: datetime) -> bool:
    """Whether this worker is the one to try; several may run."""
    with begin():
        lock_chain(f"case:{exhibit.case_id}")
        mine = Exhibit.update(preview_tried_at=now).where(
            Exhibit.ref == exhibit.ref, Exhibit.preview_tried_at.is_null()
        )  # fmt: skip
        return mine.execute() == 1
