"""Exhibits are looked through for viruses, and what was not looked at is never shown as clean (SEC-46)."""

import io
import zipfile
import zlib

import pytest

from skanderborg import clock as time
from skanderborg.domain import anchoring, audit, evidence, health, ticks
from skanderborg.domain.evidence import previews, scanning
from skanderborg.errors import Conflict, NotFound
from skanderborg.kinds import Scan
from skanderborg.store import files
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.incidents import Exhibit
from tests.made import a_case, an_exhibit, opened
from tests.servers.clamd import LIMIT_BYTES, VIRUS, Clamd, StandIn


@pytest.fixture(scope="module")
def clamd():
    if not Clamd.is_there():
        pytest.skip("clamd is missing")
    with Clamd() as running:
        yield running


@pytest.fixture
def stand_in():
    with StandIn() as running:
        yield running


@pytest.fixture(params=["stand_in", pytest.param("clamd", marks=pytest.mark.proof)])
def scanner(request, bounds):
    """A scanner that the program is set to use: one that speaks like clamd, and before a version the real one."""
    running = request.getfixturevalue(request.param)
    bounds(clamd_socket=running.address, clamd_seconds=10.0)
    return running


@pytest.fixture
def case(cast):
    return a_case(cast)


@pytest.fixture
def scanned(case, cast):
    """`scanned(body)` is an exhibit of these bytes after the worker's tick."""

    def give(body, **columns):
        exhibit = an_exhibit(case, cast["solveig"], body, **columns)
        ticks.scan()
        return evidence.one(cast["solveig"], opened(cast["solveig"], case), exhibit.ref)

    return give


def zipped(body):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("billede.jpg", body)
    return written.getvalue()


def in_a_pdf(body):
    packed = zlib.compress(body)
    head = b"%PDF-1.4\n1 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length " + str(len(packed)).encode()
    return head + b" >>\nstream\n" + packed + b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def test_what_was_looked_through_says_what_came_of_it_and_when(scanner, scanned):
    clean, found = scanned(b"skrev igen"), scanned(b"hej " + VIRUS)

    assert (clean.scan, scanning.in_words(clean)) == (Scan.CLEAN, "Ingen virus fundet (20. nov. 2026)")
    assert found.scan == Scan.FOUND
    assert scanning.in_words(found).startswith("Virus fundet: Koordinering.Test")
    assert b"".join(files.checked(found.file)) == b"hej " + VIRUS


@pytest.mark.proof
@pytest.mark.parametrize(
    "wrap", [zipped, in_a_pdf, lambda body: zipped(zipped(body))], ids=["zip", "pdf", "zip in zip"]
)
def test_the_real_scanner_looks_into_archives_and_papers(clamd, bounds, scanned, wrap):
    bounds(clamd_socket=clamd.address)
    body = wrap(b"hej " + VIRUS)

    assert VIRUS not in body
    assert (scanned(body).scan, scanned(wrap(b"skrev igen")).scan) == (Scan.FOUND, Scan.CLEAN)


def test_what_the_scanner_does_not_look_through_is_not_called_clean(scanner, scanned):
    large = scanned(bytes(LIMIT_BYTES + 2_000_000))

    assert (large.scan, scanning.in_words(large)) == (
        Scan.NOT_SCANNED,
        "Kunne ikke undersøges for virus (20. nov. 2026)",
    )


@pytest.mark.parametrize("said", [b"stream: Heuristics.Encrypted.Zip FOUND\0", b"stream: no memory ERROR\0"])
def test_a_file_that_is_locked_or_breaks_the_scanner_is_not_called_clean(stand_in, bounds, scanned, monkeypatch, said):
    bounds(clamd_socket=stand_in.address)
    monkeypatch.setattr(stand_in, "verdict_on", lambda given: said)

    assert scanned(b"x").scan == Scan.NOT_SCANNED


def test_without_a_scanner_nothing_is_said_to_be_clean(scanned, house):
    assert scanning.in_words(scanned(b"x")) == "Ikke undersøgt for virus"
    assert scanning.state() == {"ok": True, "waiting": None}


@pytest.mark.parametrize("how", ["nobody listens", "it hangs up"])
def test_a_scanner_that_is_down_makes_files_wait_and_is_told_of(stand_in, bounds, scanned, settings, how):
    bounds(clamd_socket="127.0.0.1:9" if how == "nobody listens" else stand_in.address, clamd_seconds=1.0)
    stand_in.is_silent = True

    waiting = scanned(b"x")

    assert (waiting.scan, scanning.in_words(waiting)) == (None, "Venter på at blive undersøgt for virus")
    assert health.checks(settings)["scanner"] == {"ok": False, "waiting": 1}
    assert "scanner" in health.NO_FAULT_OF_OURS

    stand_in.is_silent = False
    bounds(clamd_socket=stand_in.address)
    assert ticks.scan() == 1
    assert health.checks(settings)["scanner"] == {"ok": True, "waiting": 0}


def test_a_virus_is_told_in_the_history_and_what_was_found_is_bound_to_the_log(scanner, scanned, settings):
    found = scanned(VIRUS)

    [event] = Event.select().where(Event.action == "exhibit:virus-found")
    assert (event.object_ref, event.is_write, event.actor) == (found.ref, True, None)
    assert (audit.altered_rows(), anchoring.verify(settings, time.now()).faults) == ([], [])
    with begin():
        Exhibit.update(scan=Scan.CLEAN, scan_found=None).execute()
    assert len(audit.altered_rows()) == 1


def test_an_infected_file_has_no_picture_and_is_fetched_knowingly_alone(stand_in, bounds, scanned, case, cast):
    bounds(clamd_socket=stand_in.address)
    before = an_exhibit(case, cast["solveig"], VIRUS, "image/png", preview_tried_at=None)
    ticks.scan()
    made = previews.make_due(time.now())
    with begin():  # a picture that was made before the virus was known
        Exhibit.update(preview=before.file_id).where(Exhibit.ref == before.ref).execute()

    with pytest.raises(NotFound):
        evidence.previewed(cast["solveig"], case.ref, before.ref)
    with pytest.raises(Conflict, match="virus"):
        evidence.downloaded(cast["solveig"], case.ref, before.ref)

    fetched = Event.select().where(Event.action == "exhibit:downloaded")
    assert (made, fetched.count()) == (0, 0)
    mine = opened(cast["solveig"], case)
    evidence.downloaded_knowingly(cast["solveig"], mine, evidence.one(cast["solveig"], mine, before.ref))
    assert fetched.count() == 1
