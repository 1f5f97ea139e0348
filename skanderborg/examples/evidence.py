"""Example exhibits: files as a citizen sends them, made here so that they show nobody."""

import io
import struct
import zlib
from collections.abc import Callable

from .. import policy
from ..domain import evidence
from ..domain.evidence import changes
from ..kinds import IncidentSource
from ..policy import Action
from ..store.cases import Case
from ..store.incidents import Exhibit
from ..store.people import Person

Cast = dict[str, Person]
Text = Callable[[str], str]
WIDTH, HEIGHT = 360, 640
MAIL = "From: a@example.invalid\nTo: b@example.invalid\nSubject: Hej\nDate: Tue, 20 Oct 2026 08:00:00 +0200\n\n"
SKY, BUBBLE, PAPER = (38, 70, 83), (233, 196, 106), (250, 250, 245)


def fill(cast: Cast, case_ref: str, text: Text) -> None:
    """A picture of messages and a chat that belong to the first row of the log, a mail that must not be handed over,
    and a file that was struck out."""
    solveig = cast["solveig"]
    first = evidence.Said(text("Skærmbillede af beskeder fra den 12. oktober"), row=1)
    _keep(solveig, case_ref, text("skærmbillede.png"), _picture(), first)
    chat = "12.10 07.42 Du svarer ikke\n12.10 07.44 Jeg ved, hvor du arbejder\n12.10 07.51 Svar nu\n"
    _keep(solveig, case_ref, text("beskeder.txt"), text(chat).encode(), first._replace(description=text("Beskederne")))
    withheld = evidence.Said(
        text("Mail med borgerens nye adresse"), source=IncidentSource.PROFESSIONAL, is_withheld=True
    )
    _keep(solveig, case_ref, text("mail.eml"), (MAIL + text("Hej.")).encode(), withheld)
    wrong = _keep(solveig, case_ref, text("andet.txt"), text("Indkøbsliste").encode(), evidence.Said())
    seen = evidence.one(solveig, _seen(solveig, case_ref), wrong.ref)
    changes.strike(solveig, seen, text("Filen hører ikke til sagen."), seen.version)


def _keep(actor: Person, case_ref: str, name: str, body: bytes, said: evidence.Said) -> Exhibit:
    received = evidence.receive_all(actor, _seen(actor, case_ref), [(name, io.BytesIO(body))], said)
    return received.kept[0]


def _seen(actor: Person, case_ref: str) -> Case:
    return policy.case_for(actor, case_ref, Action.INCIDENT_RECORD)


def _picture() -> bytes:
    """A PNG of a phone with four messages on it."""
    rows = [b"\0" + b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if y < 60:
        return SKY
    in_bubble = 30 < x < 230 + (y // 130) * 25 and (y - 60) % 130 > 40
    return BUBBLE if in_bubble else PAPER
