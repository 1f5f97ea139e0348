"""Min dag's page: act in place, and the action card for who has nothing open."""

import re
from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain.access import impartiality
from skanderborg.kinds import Basis, LetterKind
from skanderborg.mail import outbox
from skanderborg.store import keys
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Meeting, Participant
from tests.made import a_case, a_request, a_task, department, exclude, opened
from tests.web.test_tasks import act_from


def test_who_has_nothing_open_gets_the_action_card(visit):
    answer = visit("jonas").get("/")

    assert (answer.status_code, answer.location) == (303, "/actioncard")


def test_who_works_elsewhere_by_role_lands_there(visit):
    there = [visit(name).get("/").location for name in ("lars", "admin", "dorte")]

    assert there == ["/min-afdeling", "/administration", "/adgangslog"]


def test_who_has_requests_only_reads_them_first(visit, cast, case):
    a_request(cast["solveig"], case)
    jonas = visit("jonas")
    before = jonas.get("/").text
    a_task(case, assignee=cast["jonas"], due_on=date(2026, 11, 20))

    after = jonas.get("/").text

    asks, calm, beside = "Anmodninger, der venter på dig (1)", "Intet haster lige nu.", 'class="sk-aside"'
    assert before.index(asks) < before.index(calm) < before.index(beside)
    assert after.index(beside) < after.index(asks)


def test_a_task_is_acted_on_where_it_stands(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 19))
    ulla = visit("ulla")

    page = ulla.get("/").text
    answer = ulla.post(f"/o/{task.ref}/udfoert", htmx=True, version=1)

    assert 'Over fristen <span class="sk-meta">1</span>' in page
    assert f'action="/o/{task.ref}/udfoert"' in page
    assert "Fortryd" in answer.text


def test_what_does_not_wait_yet_is_folded_away(visit, cast, case):
    soon, later = (a_task(case, assignee=cast["ulla"], due_on=date(2026, *day)) for day in ((11, 26), (12, 24)))

    page = visit("ulla").get("/").text

    folds = re.findall(r"<details class=\"sk-fold\"><summary>.*?</details>", page, re.DOTALL)
    assert ["De næste 7 dage: 1 opgave" in folds[0], "Senere: 1 opgave" in folds[1]] == [True, True]
    assert [f'href="/o/{task.ref}"' in fold for task, fold in zip((soon, later), folds, strict=True)] == [True, True]


def test_what_else_can_be_done_with_a_task_opens_in_its_row(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 26))
    ulla = visit("ulla")

    closed, opened = ulla.get("/").text, ulla.get(f"/?opgave={task.ref}").text

    assert f"/o/{task.ref}/inhabil" not in closed
    assert f'href="/o/{task.ref}/inhabil"' in opened
    assert '<details class="sk-fold" open>' in opened


def test_a_helpers_day_says_nothing_of_the_case(visit, cast, case):
    a_task(case, assignee=cast["ulla"])

    page = visit("ulla").get("/").text

    assert case.code not in page
    assert case.ref not in page


def test_an_unclaimed_suspicion_is_taken_from_here(visit, cast):
    case = a_case(cast, phase="suspicion", claimed_at=None, people=())

    page = visit("ruth").get("/").text

    assert f'action="/sager/{case.ref}/tag"' in page


def test_danger_is_a_red_badge_with_icon_and_word(visit, cast):
    a_case(cast, phase="suspicion", claimed_at=None, is_acute=True, people=())

    for place in ("/", "/mistanker"):
        page = visit("ruth").get(place).text
        assert re.search(r'sk-badge--red"><svg[^>]*><use[^>]*#warning"></use></svg><span>Fare nu</span>', page), place


def test_a_meeting_says_which_case_it_is_of_to_who_sees_the_case_alone(visit, cast, case):
    starts = time.now() + timedelta(days=1)
    with begin():
        times = {
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=1),
            "wall_start": "x",
            "zone": "Europe/Copenhagen",
        }
        meeting = insert(Meeting, case=case, kind="follow-up", party="staff", status="planned", by=cast["solveig"],
                         created_at=time.now(), **times)  # fmt: skip
        for name in ("solveig", "jonas"):
            insert(Participant, meeting=meeting, person=cast[name], added_at=time.now())

    assert f"Sag {case.code}" in visit("solveig").get("/").text
    page = visit("jonas").get("/").text
    assert "lør. 21. nov. kl. 09.00 · Opfølgende møde" in page
    assert case.code not in page
    assert case.ref not in page


def test_who_decides_on_impartiality_is_told_only_when_something_waits(visit, cast, case):
    lars = visit("lars")
    before = lars.get("/")

    impartiality.declare(cast["solveig"], opened(cast["solveig"], case), "Søskende til en part")

    assert before.location == "/min-afdeling"
    assert "Inhabilitet, du skal afgøre (1)" in lars.get("/").text


MIN_DAG = '<a href="/" id="til-min-dag" aria-current="page" hx-swap-oob="true">'


def done_from(visitor, page: str, task, version: int = 1) -> str:
    """What htmx gets when a task is marked as done on `page`."""
    return act_from(visitor, page, f"/o/{task.ref}/udfoert", version=version)


def test_the_numbers_of_min_dag_follow_what_is_done_there(visit, cast, case):
    first, second = (a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 19)) for _ in range(2))
    ulla = visit("ulla")
    ulla.get("/")

    one, none = done_from(ulla, "/", first), done_from(ulla, "/", second)

    assert '<h2 id="dag-overdue" hx-swap-oob="true">Over fristen <span class="sk-meta">1</span></h2>' in one
    assert number_at(f"<li>{one[one.index(MIN_DAG) :]}", "/") == "1"
    assert '<h2 id="dag-overdue" hx-swap-oob="true">Over fristen: alt er klaret</h2>' in none
    assert number_at(f"<li>{none[none.index(MIN_DAG) :]}", "/") is None


def test_elsewhere_the_numbers_of_min_dag_are_left_out(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"])
    ulla = visit("ulla")
    ulla.get("/")

    assert "dag-overdue" not in done_from(ulla, f"/o/{task.ref}", task)


RED_ACUTE = re.compile(
    r'sk-badge--red"><svg[^>]*><use[^>]*#warning"></use></svg><span>Akut</span></span> <strong>Ring først'
)


@pytest.mark.parametrize("basis", [Basis.ACUTE, Basis.NECESSARY])
def test_an_acute_request_stands_first_in_red_and_says_to_ring(visit, cast, case, basis):
    a_request(cast["solveig"], case, basis=basis)
    jonas = visit("jonas")

    for place in ("/", "/anmodninger"):
        assert bool(RED_ACUTE.search(jonas.get(place).text)) == (basis == Basis.ACUTE), place


def test_a_day_with_an_urgent_request_is_not_calm(visit, cast, case):
    a_request(cast["solveig"], case, due_on=date(2026, 11, 27))
    jonas = visit("jonas")
    before = jonas.get("/").text

    a_request(cast["solveig"], case, due_on=date(2026, 11, 20))
    page = jonas.get("/").text

    assert "Intet haster lige nu." in before
    assert "Intet haster lige nu." not in page
    assert page.index("Anmodninger, der haster (1)") < page.index("Andre anmodninger, der venter på dig (1)")


def test_a_late_request_looks_as_a_late_task_does(visit, cast, case, clock):
    a_request(cast["solveig"], case, due_on=date(2026, 11, 20))
    clock.forward(days=3)

    page = visit("jonas").get("/").text

    assert "sk-task--overdue" in page
    assert "Overskredet" in page


def number_at(page: str, place: str) -> str | None:
    """The number beside a place of the main menu; None where there is none."""
    found = re.search(rf'<li><a href="{place}"[^>]*>[^<]*(?:<span class="sk-count">(\d+))?', page)
    return found and found[1]


def test_suspicions_that_wait_count_for_who_may_take_them(visit, cast, case):
    a_case(cast, "WAIT2", phase="suspicion", claimed_at=None, addressed_to=cast["ruth"], people=())
    a_case(cast, "WAIT3", phase="suspicion", claimed_at=None, people=(("solveig", "participant"),))
    hidden = a_case(cast, "HIDDE", phase="suspicion", claimed_at=None, people=())
    exclude(hidden, cast["rikke"], person=cast["ruth"])
    a_task(case, assignee=cast["ruth"], due_on=date(2026, 11, 20))

    assert number_at(visit("ruth").get("/profil").text, "/") == "3"
    assert number_at(visit("solveig").get("/profil").text, "/") is None


def test_an_offer_is_read_before_it_is_answered(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])

    page = visit("jonas").get("/").text

    assert f'href="/sager/{case.ref}/tovholder/spurgt">Læs og svar</a>' in page
    assert "/tovholder/ja" not in page


def test_a_full_day_asks_the_database_eight_times_at_most(visit, cast, queries):
    for number in range(10):
        case = last = a_case(cast, f"C{number:04}", offered_to=cast["ruth"] if number % 2 else None)
        for place in range(5):
            a_task(case, department=department("boern-unge"), due_on=date(2026, 11, 18 + place))
        a_request(cast["solveig"], case, to="boern-unge")
    a_case(cast, phase="suspicion", claimed_at=None, people=())
    with begin():
        outbox.put(LetterKind.TASK_ASSIGNED, cast["jonas"], key="k", about=last)
        OutboxLetter.update(failed_at=time.now()).where(OutboxLetter.kind == LetterKind.TASK_ASSIGNED).execute()
        insert(Relation, case=last, person=cast["ruth"], kind="resource", from_at=time.now())
    ruth = visit("ruth")
    ruth.get("/")
    keys.forget()
    queries.clear()

    page = ruth.get("/")

    assert page.status_code == 200
    headings = ("Over fristen", "Vil du være tovholder for", "ingen har taget (1)", "venter på dig (10)", "leveres (1)")
    for heading in headings:
        assert heading in page.text
    assert len(queries) <= 8, queries


def test_a_row_begins_with_the_same_button_as_on_its_case(visit, cast, case):
    task = a_task(case, kind="safety", box="safety", assignee=cast["solveig"], due_on=date(2026, 11, 20))
    solveig = visit("solveig")

    rows = [solveig.get(path).text.partition(f'id="task-{task.ref}"')[2] for path in ("/", f"/sager/{case.ref}")]

    assert [re.search(r">([^<]+)<span class=\"sr-only\">: ", row)[1] for row in rows] == ["Vurdér", "Vurdér"]
    assert f'href="/o/{task.ref}/vurdering"' in rows[0]
