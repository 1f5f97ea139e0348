"""A world in which every address of the program leads somewhere, for the walks through all of them.

It is made once in a process for each kind of database; each test begins with a copy of it.
"""

from typing import Any, NamedTuple

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import form_tokens, sessions
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.settings import Settings
from skanderborg.store import keys
from skanderborg.store.authorities import Order, PoliceReport
from skanderborg.store.cases import Case, CaseLink, Exclusion, Likeness, Party, Relation, RoleShare
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.db import begin, insert, new_ref
from skanderborg.store.emergency import EmergencyUse, PrintedSheet
from skanderborg.store.figures import HalfYear
from skanderborg.store.incidents import ImportChunk, Incident, LogImport
from skanderborg.store.insight import Insight
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.oversight import DataBreach, Finding
from skanderborg.store.people import Absence, Department, Person
from skanderborg.store.plans import Institution, NetworkPerson, SafetyItem, WarningNote
from skanderborg.store.practice import Practice
from skanderborg.store.record import Assessment, Consent, Note
from skanderborg.store.work import Meeting, Participant, Request, Task
from tests.made import an_exhibit
from tests.packed import a_stored_pack


class World(NamedTuple):
    """What stands in the database: refs by the name that addresses have for them, and who is signed in."""

    refs: dict[str, Any]
    cookies: dict[str, tuple[str, str]]  # by user name: the secret of a session, and the token of its forms


def make(cast: dict[str, Person], settings: Settings) -> World:
    """Make the world in the database of the moment, and sign everyone in."""
    refs, cookies = made_with(cast), {}
    for person in list(Person.select()):
        session, secret = sessions.sign_in(person.username, examples.PASSWORD, "127.0.0.1", "test", settings.defaults)
        cookies[person.username] = (secret, form_tokens.of_session(session))
    return World(refs, cookies)


def made_with(cast):
    """One case with a task, a request, a meeting and a failed letter, and everyone's place in it: what the addresses of
    the program name, by the name that it has there."""
    now = time.now()
    with begin():
        ref = new_ref()
        keys.make(f"case:{ref}")
        lene = a_manager(cast)
        nora = one_more(cast, "nora", "Nora Nat", roles="night-duty")
        nina = one_more(cast, "nina", "Nina Nord")
        case = insert(
            Case, ref=ref, code="K7F3Q", kind="full", phase="action", citizen_role="exposed", danger_now="no",
            children="no", reported_by=cast["solveig"], reported_at=now, claimed_at=now, offered_to=cast["lars"],
            what_happened="x", safe_contact="x",
        )  # fmt: skip
        relations = {"solveig": "primary-contact", "rikke": "resource", "rasmus": "participant", "ruth": "resource"}
        ties = {
            name: insert(Relation, case=case, person=cast[name], kind=kind, from_at=now)
            for name, kind in relations.items()
        }
        excluded = insert(Exclusion, case=case, person=cast["ruth"], reason="x", by=cast["rikke"], from_at=now)
        alike = insert(Likeness, case=case, about=f"party:{new_ref()}", person=cast["ulla"], asked_at=now)
        common = {"case": case, "status": "not-started", "created_at": now, "box": "network", "title": "x"}
        task = insert(Task, kind="plain", assignee=cast["jonas"], **common)
        stands_for = insert(Task, kind="request", **common)
        request = insert(
            Request, case=case, task=stands_for, department=Department.get(Department.key == "jobcenter"),
            asker=cast["solveig"], status="sent", ask="x", contact_rules="x", basis="necessary",
            party_works_there="no", due_on=time.today(now), created_at=now, sent_at=now,
        )  # fmt: skip
        tomorrow = time.add_working_days(time.today(now), 1)
        starts = time.next_valid_instant(tomorrow, time.local(now).time())
        meeting = insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, ends_at=starts.replace(minute=59),
            wall_start="2026-11-23T09:00", zone="Europe/Copenhagen", status="planned", by=cast["rikke"], created_at=now,
        )  # fmt: skip
        for name in ("jonas", "rikke"):
            insert(Participant, meeting=meeting, person=cast[name], added_at=now)
        outbox.put(LetterKind.TASK_ASSIGNED, cast["jonas"], key="k", about=task)
        letter = OutboxLetter.get(OutboxLetter.key.startswith("k:"))
        OutboxLetter.update(failed_at=now, failure="550").where(OutboxLetter.ref == letter.ref).execute()
        written = {"case": case, "by": cast["rikke"].ref, "at": now, "text": "x"}
        item = insert(SafetyItem, area="home", status="planned", **written)
        warning = insert(WarningNote, review_on=tomorrow, **written)
        party = insert(Party, case=case, role="relative", created_at=now)
        duty = insert(
            Task, **common | {"kind": "child-report", "box": "safety"}, assignee=cast["rasmus"], duty_of=cast["rasmus"]
        )
        child = insert(Party, case=case, role="child", name="x", created_at=now)
        sister = insert(NetworkPerson, case=case, name="x", may_know="unclear", by=cast["rikke"], at=now)
        school = insert(
            Institution, case=case, kind="school", name="x", custody_clear="unknown", by=cast["rikke"], at=now
        )
        note = insert(Note, case=case, text="x", by=cast["rikke"], at=now)
        role = insert(RoleShare, case=case, side="outside", who="x", does="x", by=cast["rikke"], at=now)
        consent = insert(
            Consent, case=case, scope="x", way="spoken", given_on=time.today(now), by=cast["rikke"], at=now
        )  # fmt: skip
        report = insert(
            PoliceReport, case=case, reported_on=time.today(now), receipt="no", tell_us_first="no", by=cast["rikke"],
            at=now,
        )  # fmt: skip
        order = insert(
            Order, case=case, kind="tilhold", from_on=time.today(now), to_on=tomorrow, by=cast["rikke"], at=now
        )  # fmt: skip
        critical = insert(CriticalDate, case=case, kind="hearing", on=tomorrow, by=cast["rikke"], at=now)
        insert(Assessment, case=case, number=1, answers={"sign_calls": "yes"}, by=cast["rikke"], at=now)
        far = a_linked_case(cast, now)
        linked = insert(CaseLink, case=case, other=far, kind="same-person", reason="x", by=cast["rikke"], at=now)
        found = insert(Finding, key="x", kind="night", person=cast["jonas"], since=now, at=now, counted=3, found_at=now)
        breach = insert(
            DataBreach, kind="sent", danger="no", what="x", found_at=now, due_at=now, by=cast["jonas"], at=now,
        )  # fmt: skip
        exercise = insert(Practice, case=case, person=cast["jonas"], cast="mette", answers=[], started_at=now)
        half_year = insert(HalfYear, name="2026-1", body='{"tables": [], "medians": []}', at=now)
        lasts = {"at": now, "until_at": now.replace(hour=23, minute=59), "reason": "x"}
        used = insert(EmergencyUse, case=case, person=nora, category="visit", **lasts)
        back = insert(Task, **common | {"kind": "sheet-back", "box": "safety"}, assignee=cast["solveig"])
        out = insert(PrintedSheet, case=case, number=1, task=back, ends_on=tomorrow, by=cast["solveig"], at=now)
        absence = insert(Absence, person=lene, from_on=tomorrow, to_on=tomorrow)
        incident = insert(
            Incident, case=case, number=1, kind="incident", status="live", from_on=time.today(now), types=" message ",
            contact_count=1, what="x", reaction="unknown", children_present="unknown", reported="unknown",
            source="citizen", fingerprint="x", by=cast["rikke"], at=now,
        )  # fmt: skip
        asked = insert(
            Insight, case=case, number=1, kind="article-15", asker="citizen", name="x", received_on=time.today(now),
            due_on=tomorrow, choices={}, by=cast["rikke"], at=now,
        )  # fmt: skip
        read = a_read_file(case, cast["rikke"], now)
    seen = an_exhibit(case, cast["rikke"])
    exhibit = an_exhibit(case, cast["rikke"], preview=seen.file_id)
    return {
        "insight_ref": asked.ref, "slug": "note",
        "pack_ref": a_stored_pack(case, cast["rikke"]).ref,
        "exhibit_ref": exhibit.ref, "import_ref": read.ref, "incident_ref": incident.ref,
        "DataBreach": breach.ref, "Practice": exercise.ref, "cast": "mette",
        "Case": case.ref, "Task": task.ref, "RequestTask": stands_for.ref,
        "Request": request.ref, "Meeting": meeting.ref, "DutyTask": duty.ref, "child_ref": child.ref,
        "person_ref": sister.ref, "colleague_ref": nina.ref, "place_ref": school.ref,
        "relation_ref": ties["rasmus"].ref, "exclusion_ref": excluded.ref, "likeness_ref": alike.ref,
        "letter_ref": letter.ref, "box": "network",
        "consent_ref": consent.ref, "report_ref": report.ref, "order_ref": order.ref, "date_ref": critical.ref,
        "department_ref": request.department_id, "contact_key": "dsc", "place": "vejledning", "text_key": "har-svaret",
        "half_year": half_year.name, "ending": "csv",
        "absence": absence.ref, "topic": "spoerg", "note_ref": note.ref, "link_ref": linked.ref, "role_ref": role.ref,
        "item_ref": item.ref, "warning_ref": warning.ref, "party_ref": party.ref, "area": "home", "number": 1,
        "disposal_ref": case.ref, "found_ref": found.ref, "review_ref": found.ref,
        "EmergencyUse": used.ref, "use_ref": used.ref, "sheet_ref": out.ref,
        "SheetTask": back.ref,
        "part": 1, "template_id": "needs",
    }  # fmt: skip


def a_read_file(case, by, now):
    """A citizen's own log that was read and tried out, and not imported."""
    choices = {
        "headings": ["Dato", "Beskrivelse"], "columns_count": 2, "columns": ["moment", "what"], "order": "dmy",
        "years": "20", "default_type": "other", "verdicts": "re", "marks": "..",
    }  # fmt: skip
    read = insert(LogImport, case=case, name="x", status="read", choices=choices, row_count=2, by=by, at=now)
    rows = [[2, None, ["19-11-2026", "x"]], [3, None, ["i går", "x"]]]
    insert(ImportChunk, case=case, log_import=read, number=1, rows=rows)
    return read


def a_linked_case(cast, now):
    """One more case, which those who coordinate the first see too."""
    ref = new_ref()
    keys.make(f"case:{ref}")
    case = insert(
        Case, ref=ref, code="L1NKD", kind="full", phase="action", citizen_role="exposed", danger_now="no",
        children="no", reported_by=cast["solveig"], reported_at=now, claimed_at=now,
    )  # fmt: skip
    for name in ("solveig", "rikke"):
        insert(Relation, case=case, person=cast[name], kind="participant", from_at=now)
    return case


def a_manager(cast):
    """One more member of staff, so that the manager of the table has no tie to the case."""
    return one_more(cast, "lene", "Lene Lyng", roles="manager")


def one_more(cast, username, name, roles=""):
    """Someone who works here, and has nothing to do with the case."""
    return insert(
        Person, username=username, name=name, plain_name=name, email=f"{username}@example.invalid", roles=roles,
        password_hash=cast["rikke"].password_hash, created_at=time.now(),
    )  # fmt: skip
