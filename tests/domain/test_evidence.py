"""Evidence: kept as it came, numbered, counted once, within its bounds."""

import hashlib
import io

import pytest

from skanderborg.domain import evidence, incidents
from skanderborg.domain.evidence import changes, uploads
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound, TooLate
from skanderborg.kinds import IncidentKind
from skanderborg.store.db import begin, change
from skanderborg.store.events import Event
from skanderborg.store.files import FileChunk, StoredFile
from skanderborg.store.incidents import Exhibit
from tests.made import a_case, an_exhibit, asked, opened

MEGABYTE = 1024 * 1024
JPEG = b"\xff\xd8\xff\xe0"


@pytest.fixture
def case(cast):
    return opened(cast["solveig"], a_case(cast))


@pytest.fixture
def solveig(cast):
    return cast["solveig"]


def keep(actor, case, *bodies, said=evidence.FileDetails(), key=None, again=False):  # noqa: B008 an immutable value
    given = [(f"besked {place}.txt", io.BytesIO(body)) for place, body in enumerate(bodies)]
    return evidence.receive_all(actor, case, given, said, key=key, again=again)


def a_row(actor, case, number=1):
    said = incidents.Account(
        IncidentKind.REFUSAL, incidents.clock.today(incidents.clock.now()), contact_count=0, what="Nej"
    )
    return incidents.record(actor, case, said)


def test_the_bytes_come_back_as_they_were_with_their_hash(solveig, case):
    body = JPEG + bytes(range(256)) * 9000  # more than two chunks

    (kept,) = keep(solveig, case, body).kept

    again = evidence.one(solveig, case, kept.ref)
    assert b"".join(evidence.open_bytes(solveig, again)) == body
    assert (again.file.sha256, again.file.size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (again.file.media_type, again.file.name, again.number) == ("image/jpeg", "besked 0.txt", 1)


def test_nothing_of_a_file_can_be_read_in_the_database(solveig, case):
    keep(solveig, case, b"HEMMELIG besked", said=evidence.FileDetails("HEMMELIG tekst"))

    rows = [*FileChunk.select().tuples(), *StoredFile.select().tuples(), *Exhibit.select().tuples()]
    stored = b" ".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert b"HEMMELIG" not in stored
    assert hashlib.sha256(b"HEMMELIG besked").hexdigest().encode() not in stored


def test_numbers_go_on_and_a_refused_file_costs_the_others_nothing(solveig, case):
    received = keep(solveig, case, b"en", b"MZ program", b"to")

    assert [row.number for row in received.kept] == [1, 2]
    assert [(refused.name, "program" in refused.why) for refused in received.refused] == [("besked 1.txt", True)]


def test_the_same_bytes_are_told_and_kept_again_only_if_wanted(solveig, case):
    keep(solveig, case, b"en", b"to")

    twice = keep(solveig, case, b"to")
    wanted = keep(solveig, case, b"to", again=True)

    assert (twice.kept, twice.refused[0].twin) == ([], 2)
    assert "bilag 2" in twice.refused[0].why
    assert wanted.kept[0].number == 3


def test_a_form_that_is_sent_twice_keeps_its_files_once(solveig, case):
    first = keep(solveig, case, b"en", b"to", key="k")
    second = keep(solveig, case, b"en", b"to", key="k")

    assert [row.ref for row in first.kept] == [row.ref for row in second.kept]
    assert Exhibit.select().count() == 2


def test_another_file_under_the_same_key_is_no_repetition(solveig, case):
    keep(solveig, case, b"en", key="k")

    with pytest.raises(Conflict):
        keep(solveig, case, b"to", key="k")


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        ({"evidence_file_megabytes": 1}, "En fil må højst fylde 1 MB"),
        ({"evidence_case_megabytes": 3}, "Der er ikke plads"),
        ({"evidence_person_day_megabytes": 3}, "det seneste døgn"),
    ],
)
def test_a_full_quota_says_so_and_keeps_what_fits(solveig, case, bounds, bound, told):
    bounds(**bound)

    received = keep(solveig, case, b"a" * (2 * MEGABYTE), b"b" * (2 * MEGABYTE), b"kort")

    assert told in received.refused[-1].why
    assert received.kept[-1].file.size_bytes == 4
    assert Exhibit.select().count() == StoredFile.select().count() == len(received.kept)


def test_what_a_person_added_is_forgotten_after_a_day(solveig, case, bounds, clock):
    bounds(evidence_person_day_megabytes=3)
    keep(solveig, case, b"a" * (2 * MEGABYTE))
    assert keep(solveig, case, b"b" * (2 * MEGABYTE)).refused

    clock.forward(hours=25)

    assert keep(solveig, case, b"b" * (2 * MEGABYTE)).kept


def test_a_stream_that_breaks_half_way_keeps_nothing(solveig, case):
    whole = uploads.look_at("a.txt", io.BytesIO(b"a" * (3 * MEGABYTE)))

    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > MEGABYTE:
                raise OSError("gone")
            return super().read(size)

    whole.stream = Broken(whole.stream.getvalue())
    with pytest.raises(OSError, match="gone"):
        evidence.receive(solveig, case, whole, evidence.FileDetails())

    assert (StoredFile.select().count(), FileChunk.select().count(), Exhibit.select().count()) == (0, 0, 0)


def test_an_exhibit_belongs_to_a_row_by_its_number(solveig, case):
    row = a_row(solveig, case)

    keep(solveig, case, b"en", b"to", said=evidence.FileDetails(row=1))
    keep(solveig, case, b"tre")

    assert [one.number for one in evidence.of_incident(solveig, case, row.ref)] == [1, 2]
    assert [one.number for one in evidence.of_case(solveig, case, evidence.ExhibitFilter(row=1), 1).rows] == [1, 2]
    assert [
        one.number for one in evidence.of_case(solveig, case, evidence.ExhibitFilter(without_row=True), 1).rows
    ] == [3]
    with pytest.raises(Invalid, match="ingen hændelse"):
        keep(solveig, case, b"fire", said=evidence.FileDetails(row=2))


def test_more_may_be_said_of_an_exhibit_and_old_words_stay_in_the_history(solveig, case):
    a_row(solveig, case)
    (kept,) = keep(solveig, case, b"en", said=evidence.FileDetails("En besked")).kept
    seen = evidence.one(solveig, case, kept.ref)

    changes.describe(solveig, seen, evidence.FileDetails("To beskeder", row=1, is_withheld=True), seen.version)

    event = Event.select().where(Event.action == "exhibit:described").get()
    assert event.changes == {
        "description": ["En besked", "To beskeder"],
        "row": [None, 1],
        "is_withheld": [False, True],
    }
    with pytest.raises(Conflict):
        changes.describe(solveig, seen, evidence.FileDetails("Tre"), seen.version)


def test_struck_out_is_not_gone(solveig, case):
    (kept,) = keep(solveig, case, b"en").kept

    changes.strike(solveig, evidence.one(solveig, case, kept.ref), "Forkert borger", 1)

    struck = evidence.one(solveig, case, kept.ref)
    assert (struck.struck_reason, struck.number) == ("Forkert borger", 1)
    assert b"".join(evidence.open_bytes(solveig, struck)) == b"en"
    assert keep(solveig, case, b"to").kept[0].number == 2
    with pytest.raises(TooLate):
        changes.strike(solveig, struck, "Igen", struck.version)


def test_bytes_that_do_not_have_the_hash_of_receipt_never_come_out_whole(solveig, case):
    body = JPEG + b"1" * MEGABYTE + b"2" * MEGABYTE
    kept = keep(solveig, case, body).kept[0]
    with begin():
        change(kept.file, kept.file.version, sha256="0" * 64)

    got = []
    with pytest.raises(evidence.Altered):
        got.extend(evidence.open_bytes(solveig, evidence.one(solveig, case, kept.ref)))

    assert 0 < len(b"".join(got)) < len(body)


def test_an_exhibit_of_another_case_is_not_found(cast, solveig, case):
    other = a_case(cast, code="M2D8H")
    theirs = an_exhibit(other, solveig)

    with pytest.raises(NotFound):
        evidence.one(solveig, case, theirs.ref)
    with pytest.raises(NotFound):
        evidence.downloaded(solveig, case.ref, theirs.ref)
    with pytest.raises(NotFound):
        evidence.downloaded(cast["ulla"], other.ref, theirs.ref)


def test_who_is_only_asked_to_be_tovholder_sees_no_evidence(cast):
    case = a_case(cast, offered_to=cast["ulla"])

    with pytest.raises(NotAllowed):
        evidence.of_case(cast["ulla"], asked(cast["ulla"], case), evidence.ExhibitFilter(), 1)


def test_who_fetches_a_file_is_written_down(solveig, case):
    (kept,) = keep(solveig, case, b"en").kept

    evidence.downloaded(solveig, case.ref, kept.ref)

    event = Event.select().where(Event.action == "exhibit:downloaded").get()
    assert (event.object_ref, event.actor, event.chain, event.is_write) == (
        kept.ref,
        solveig.ref,
        f"case:{case.ref}",
        False,
    )
