"""SC-07, a municipal employee is the suspected udøver: shut out before a name is written, and by name only.

Ivan works in Jobcenter, and is signed in when it happens. Solveig met Jytte, Ruth is the resource person, Lene heads
Jobcenter.
"""

import re
from datetime import UTC, datetime

import pytest

from skanderborg import examples
from skanderborg.store import db as database
from skanderborg.store.events import Event
from skanderborg.store.people import Person
from tests.scenarios.made import GIVEN_AWAY, Course, tells

IVAN = examples.Example("ivan.o", "Ivan Opdigtsen", "medarbejder i Jobcenter", (), ("jobcenter",))
LENE = next(one for one in examples.MORE if one.username == "lene")
WHY = "Formodet udøver. Må intet vide."
LISTS = ("/", "/sager", "/sager?vis=afsluttede", "/tavle", "/tavle/opgaver", "/anmodninger", "/anmodninger?vis=sendt")
CASE_PAGES = ("", "/sparring", "/vurdering", "/sikkerhed", "/boern", "/netvaerk", "/moeder", "/henvisninger", "/politi",
              "/noter", "/deling", "/roller", "/adgang", "/forbundne", "/historik", "/inhabil")  # fmt: skip


# ── the course ──────────────────────────────────────────────────────────────────────────────────────


def play_all(c: Course) -> None:
    for act in (ivan_is_at_work, first_call, shut_out, named, managers_request, closed_meeting, three_attempts,
                the_team, reminded, last_look):  # fmt: skip
        act(c)


def ivan_is_at_work(c: Course) -> None:
    with database.db.connection_context():
        examples.load_people((IVAN, LENE))
    c.at(11, 4, 9)
    c.get("ivan.o", "/")


def first_call(c: Course) -> None:
    """Nothing is written of who it is."""
    form = c.send(c.get("solveig", "/mistanke/ny"), "Ved ikke")
    sent = c.send(form, "Send til ressourceperson", what_happened="En borger får mange sms'er af en ansat.",
                  citizen_role="exposed", addressed_to="Ruth Rugaard")  # fmt: skip
    c.found.ref, c.found.case = sent.ref, f"/sager/{sent.ref}"
    c.found.code = re.search(r"sag (\w{5})", sent.text)[1]
    c.send(c.get("ruth", c.found.case), "Jeg tager den")
    c.send(c.get("solveig", c.found.case), "Ja, jeg er tovholder")
    c.work()


def shut_out(c: Course) -> None:
    """Ivan is given a task by mistake; his page stands open while the case is closed to him."""
    c.at(11, 4, 9, 5)
    form = c.get("solveig", f"{c.found.case}/opgaver/ny")
    c.send(form, "Opret opgaven", title="Find ud af mødetiderne", box="departments", due_on="6 11 2026",
           owner="Ivan Opdigtsen")  # fmt: skip
    c.work()
    day = c.get("ivan.o", "/")
    c.found.open_page = c.get("ivan.o", day.link("Find ud af mødetiderne"))
    page = c.get("solveig", f"{c.found.case}/adgang")
    c.send(page, "Spær personen", excluded="Ivan Opdigtsen", excluded_reason=WHY)
    c.found.restricted = c.send(c.get("solveig", f"{c.found.case}/adgang"), "Begræns til navngivne")
    c.found.reload = c.get("ivan.o", c.found.open_page.path)
    c.found.press = c.send(c.found.open_page, "Markér som udført")


def named(c: Course) -> None:
    """Only now is there a name."""
    c.at(11, 4, 9, 15)
    form = c.get("solveig", f"{c.found.case}/beskrivelse")
    c.send(form, "Gem beskrivelsen", citizen_role="exposed", name="Jytte Modelsen", children="no")
    other = c.get("solveig", f"{c.found.case}/personer/ny?rolle=opposing")
    c.send(other, "Gem oplysningerne", role="opposing", name="Ivan Opdigtsen", relation_text="Tidligere kæreste")
    c.send(c.get("solveig", f"{c.found.case}/noter"), "Gem notat", theme="Jobplan",
           text="Han kender hendes jobplan uden at have fået den.")  # fmt: skip
    c.work()


def managers_request(c: Course) -> None:
    """To the queue: refused. To the named manager: sent."""
    c.at(11, 5, 9)
    words = {
        "department": "Jobcenter", "ask": "Kan en anden føre hendes jobplan?", "who": "Jytte Modelsen",
        "contact_rules": "Ring kun til Solveig Sand.", "basis": "necessary",
    }  # fmt: skip
    c.found.offered = c.get("solveig", f"{c.found.case}/anmodning/ny")
    c.found.queue = c.send(c.found.offered, "Send anmodning", **words, party_works_there="no")
    form = c.get("solveig", f"{c.found.case}/anmodning/ny")
    c.found.request = c.send(form, "Send anmodning", **words, party_works_there="yes", named="Jobcenter: Lene Lyng")
    c.found.of_request = c.work()
    c.found.colleague = c.get("jonas", c.found.request.path)
    c.found.manager = c.get("lene", c.found.request.path)


def closed_meeting(c: Course) -> None:
    c.at(11, 5, 10)
    form = c.get("solveig", f"{c.found.case}/moeder/nyt")
    options = {label: value for value, label in form.form("Aftal møde")[0].options["participants"]}
    c.found.can_take_part = list(options)
    chosen = [options[label] for label in options if label.startswith(("Solveig", "Ruth", "Lene"))]
    c.found.planned = c.plan_meeting(form, on="16 11 2026", at="15.00", until="16.00", place="Lokale Bøg",
                             participants=chosen)  # fmt: skip
    c.found.invited = c.work()


def three_attempts(c: Course) -> None:
    """What he has is an address he once saw, or guesses."""
    c.at(11, 5, 11)
    paths = (c.found.case, c.found.request.path, c.found.planned.path)
    c.found.attempts = [c.get("ivan.o", path) for path in paths]
    c.found.everywhere = c.statuses("ivan.o", *(f"{c.found.case}{page}" for page in CASE_PAGES))
    c.found.his_lists, c.found.strangers = ({path: nameless(c.get(who, path).text) for path in LISTS}
                                            for who in ("ivan.o", "ursula"))  # fmt: skip
    with database.db.connection_context():
        ivan = Person.get(Person.username == "ivan.o").ref
        rows = Event.select().where(Event.actor == ivan, Event.outcome == "denied").order_by(Event.id)
        c.found.denied = [(row.chain == f"person:{ivan}", row.object_ref) for row in rows]


def nameless(text: str) -> str:
    """A page without the name of the one who looks."""
    return re.sub("Ivan Opdigtsen|Ursula Uhre|ivan.o|ursula", "…", text)


def the_team(c: Course) -> None:
    """The whole department of someone can be shut out, and whoever comes into it later is too."""
    c.at(11, 5, 12)
    page = c.get("solveig", f"{c.found.case}/adgang")
    choices = {label for _, label in page.form("Giv adgang")[0].options["person"]}
    c.found.granted = c.send(page, "Giv adgang", person="Ivan Opdigtsen", reason="Prøve", asked="y")
    c.found.listed = choices
    c.found.offered_to_ivan = c.send(c.get("solveig", f"{c.found.case}/adgang"), "Spørg", contact="Ivan Opdigtsen",
                                     note="Prøve", asked="y")  # fmt: skip


def reminded(c: Course) -> None:
    for moment in ((11, 12, 7, 59), (11, 12, 8, 0), (11, 12, 8, 0), (11, 16, 6, 59), (11, 16, 7, 0)):
        c.at(*moment)
        c.work()


def last_look(c: Course) -> None:
    c.found.history = c.get("solveig", f"{c.found.case}/historik")
    c.found.broken = c.broken_chains()


@pytest.fixture(scope="module")
def course(play):
    return play(play_all)


# ── before the name ─────────────────────────────────────────────────────────────────────────────────


def test_he_is_shut_out_before_any_name_is_written(course):
    words = course.found.history.main  # the newest first

    assert words.index("skrev en person på sagen") < words.index("satte en spærring")
    assert words.index("ændrede beskrivelsen") < words.index("satte en spærring")


def test_it_is_so_at_once_on_the_page_that_stands_open(course):
    """D-19: in force at the next request."""
    assert course.found.open_page.status == 200
    assert course.found.reload.status == course.found.press.status == 404


def test_the_case_is_for_named_persons_only(course):
    assert "Afdelingernes køer ser intet af sagen." in course.found.restricted.main


# ── by name only ────────────────────────────────────────────────────────────────────────────────────


def test_a_departments_queue_is_refused(course):
    """D-07, D-19: a shared queue is one that he reads."""
    assert course.found.queue.status == 422
    assert "Sagen er kun for navngivne personer. Vælg en person i afdelingen." in course.found.queue.main


def test_the_request_reaches_the_named_manager_and_no_colleague(course):
    assert [one.to for one in course.found.of_request if one.kind == "request-new"] == ["lene"]
    assert course.found.manager.status == 200
    assert course.found.colleague.status == 404


def test_he_is_no_choice_for_the_request(course):
    named = [label for _, label in course.found.offered.form("Send anmodning")[0].options["named"]]

    assert "Jobcenter: Lene Lyng" in named
    assert not [label for label in named if "Ivan" in label]


def test_he_takes_part_in_no_meeting(course):
    assert not [label for label in course.found.can_take_part if "Ivan" in label]


def test_nobody_can_give_him_access_or_ask_him(course):
    assert course.found.granted.status == course.found.offered_to_ivan.status == 422
    assert "spærret fra sagen" in course.found.granted.main


# ── nothing reaches him ─────────────────────────────────────────────────────────────────────────────


def test_his_three_attempts_are_answered_as_pages_that_do_not_exist(course):
    nothing = {page.main for page in course.found.attempts}

    assert [page.status for page in course.found.attempts] == [404, 404, 404]
    assert len(nothing) == 1
    assert course.found.everywhere == {404}


def test_each_attempt_stands_in_the_log_as_denied(course):
    asked_for = {ref for is_his_own, ref in course.found.denied if is_his_own}
    wanted = {course.found.ref, course.found.request.ref, course.found.planned.ref}

    assert all(is_his_own for is_his_own, _ in course.found.denied)
    assert wanted <= asked_for


def test_no_list_and_no_count_of_his_differs_from_those_of_someone_without_cases(course):
    assert course.found.his_lists == course.found.strangers


def test_the_letters_that_he_got_are_those_of_the_task_from_before(course):
    to_him = [(one.kind, one.wall) for one in course.letters if one.to == "ivan.o"]

    assert to_him == [("task-assigned", "2026-11-04 09:05")]


def test_the_meeting_is_remembered_by_those_who_were_named_alone(course):
    """D-10: two working days before at eight, and at seven on the day."""
    came = sorted((one.wall, one.to) for one in course.letters if one.kind == "meeting-reminder")

    assert [one for one in came if one[0] == "2026-11-12 08:00"] == [
        ("2026-11-12 08:00", "lene"), ("2026-11-12 08:00", "ruth"), ("2026-11-12 08:00", "solveig"),
    ]  # fmt: skip
    assert {to for _, to in came} == {"lene", "ruth", "solveig"}
    assert {wall for wall, _ in came} == {"2026-11-12 08:00", "2026-11-16 07:00"}
    assert {one.appointment["DTSTART"].dt for one in course.found.invited} == {datetime(2026, 11, 16, 14, tzinfo=UTC)}


def test_no_letter_tells_of_anyone_or_anything(course):
    """D-21."""
    for one in course.letters:
        assert not GIVEN_AWAY.search(one.every_text), one.kind
        assert not tells(one.every_text, "Jytte", "Modelsen", "Opdigtsen", course.found.code, *course.typed), one.kind


def test_every_chain_of_events_holds(course):
    assert course.found.broken == []
