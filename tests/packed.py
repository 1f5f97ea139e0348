"""Handings-over for tests: a log of three rows, what a person would see of it, and the files that come of it."""

import io
import zipfile
from datetime import date, time

from pypdf import PdfReader

from skanderborg import clock as clocks
from skanderborg import policy
from skanderborg.domain import incidents, packs
from skanderborg.domain.evidence import FileDetails as ExhibitSaid
from skanderborg.domain.evidence import receive, uploads
from skanderborg.domain.incidents import Account
from skanderborg.domain.packs import choosing
from skanderborg.domain.packs.choosing import Choice
from skanderborg.kinds import Basis, IncidentKind, PackRecipient
from skanderborg.pages import packs as extracts
from skanderborg.pages.packs import archive
from skanderborg.policy import Action
from skanderborg.store import files
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Pack

POLICE, JOURNAL = PackRecipient.POLICE, PackRecipient.JOURNAL
PLACE, SECRET, WITNESS = "Egevej 4", "Kun til os", "Nabo Niels"


def a_log(cast, case):
    """Three rows: a call at a place with a witness, one that is withheld, and a clear no."""
    told = [
        Account(
            IncidentKind.INCIDENT, date(2026, 11, 12), at_time=time(7, 42), types=("call",), contact_count=31,
            what="Han ringede hele natten", place=PLACE, sender="12 34 56 78", witness=WITNESS,
            witness_contact="87 65 43 21", fear=8,
        ),
        Account(IncidentKind.INCIDENT, date(2026, 11, 13), types=("follow",), what=SECRET, is_withheld=True),
        Account(IncidentKind.REFUSAL, date(2026, 11, 11), what="Jeg skrev, at han skal stoppe", contact_count=0),
    ]  # fmt: skip
    return [incidents.record(cast["solveig"], mine(cast["solveig"], case), said) for said in told]


def mine(person, case, action=Action.CASE_READ):
    return policy.case_for(person, case.ref, action)


def usual(recipient, is_masked=False, **more):
    return Choice(recipient, parts=choosing.usual(recipient, is_masked))._replace(**more)


def handed(found, basis=Basis.NECESSARY, **more):
    values = {
        "choice": found.choice, "to_whom": "Østjyllands Politi, Bo Betjent", "reason": "Til anmeldelsen i sagen",
        "basis": basis, "consent": None, "seen": found.mark,
    }  # fmt: skip
    return packs.Handed(**values | more)


def a_pack(house, person, case, choice=None, **more):
    """What `person` sees and then hands over."""
    case = mine(person, case)
    found = extracts.preview(person, case, choice or usual(POLICE))
    return extracts.hand_over(person, case, handed(found, **more))


def an_exhibit(person, case, name="billede.txt", content=b"Skrevet kl. 3", **said):
    upload = uploads.look_at(name, io.BytesIO(content))
    return receive(person, mine(person, case), upload, ExhibitSaid(**said))


def protect(case):
    with begin():
        insert(Party, case=case.ref, role="citizen", name="Mette Madeup", created_at=clocks.now(),
               protection="ordinary")  # fmt: skip


def text_of(pack):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(pack))).pages)


def pdf_of(pack):
    return b"".join(packs.paper_bytes(pack))


def opened(person, case, pack):
    return packs.one(person, mine(person, case), pack.ref)


def unzipped(person, case, pack):
    pack = opened(person, case, pack)
    pieces = list(archive.stream(pack, archive.members(pack), person.name, clocks.now()))
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces))), pieces


def a_stored_pack(case, by):
    """A row of what was handed over, with a file that is no PDF, for what only asks whether it is there."""
    with begin():
        file = files.keep(case.ref, by.ref, "udlevering-1.pdf", "application/pdf", [b"%PDF-"], clocks.now())
        return insert(
            Pack, case=case.ref, number=1, recipient="police", to_whom="x", reason="x", basis="necessary", row_count=1,
            exhibit_count=0, file=file.ref, by=by.ref, at=clocks.now(),
            choices={
                "parts": ["navn"], "order": "nyeste", "numbers": "1", "period": "x", "left_out": ["x"],
                "warning": ["x"], "watermark": "x", "files": {}, "exhibits": [],
            },
        )  # fmt: skip
