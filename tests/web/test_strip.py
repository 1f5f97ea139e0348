"""How the citizen may be contacted stands above every page of a case, and of its meetings, tasks and requests."""

import re
from datetime import date

from skanderborg import clock as time
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.work import Meeting, Request, Task
from tests.made import a_case, a_task
from tests.test_access import EXPECTED, READS, path_of
from tests.test_queries import who_may

STRIP = 'class="sk-strip"'
OF_A_CASE = (Case, Task, Request, Meeting)
WITHOUT = {
    "impartiality.declare_case", "impartiality.declare_task", "impartiality.declare_request",
    "impartiality.declare_meeting",  # who may be a party to it is shown nothing more of the case
    "emergency.on_paper", "emergency.take_back",  # a paper that has it, and what became of the paper
    "network.sheet", "sparring.sheet",  # papers to hand out and to ring from: nobody's case stands on them
}  # fmt: skip


def test_every_page_of_a_case_shows_the_strip_but_those_that_show_nothing_of_it(app, world, signed_in):
    without = set()
    for endpoint in READS:
        viewer = who_may(EXPECTED[endpoint])
        if app.view_functions[endpoint].asks[1] not in OF_A_CASE or viewer in (None, "lars"):
            continue
        answer = signed_in(viewer).get(path_of(app, endpoint, world, "GET"))
        if answer.mimetype == "text/html" and "<body" in answer.text and STRIP not in answer.text:
            without.add(endpoint)

    assert without == WITHOUT


def test_an_address_never_stands_in_the_strip_by_itself(visit, cast):
    case = a_case(cast)
    with begin():
        insert(Party, case=case, role="citizen", name="Mette Madeup", address="Prøvevej 1", contact="12 34 56 78",
               created_at=time.now())  # fmt: skip

    head = above(visit("solveig").get(f"/sager/{case.ref}/personer").text)

    assert "Ring kun mellem 10 og 11." in head
    assert "Prøvevej" not in head
    assert "12 34 56 78" not in head


def test_who_sees_the_task_alone_reads_the_rules_there_and_no_bar(visit, cast):
    task = a_task(a_case(cast), assignee=cast["jonas"])

    page = visit("jonas").get(f"/o/{task.ref}").text

    assert "Ring kun mellem 10 og 11" in page
    assert STRIP not in page
    assert "K7F3Q" not in page


def test_a_form_about_a_task_that_was_refused_keeps_the_strip(visit, cast):
    task = a_task(a_case(cast), assignee=cast["solveig"])

    refused = visit("solveig").post(f"/o/{task.ref}/udskyd", version="1", due_on="i overgår")

    assert refused.status_code == 422
    assert STRIP in refused.text


def test_safety_that_was_assessed_is_no_green_tick(visit, cast):
    case = a_case(cast)
    a_task(case, kind="safety", box="safety", assessed_on=date(2026, 11, 18), due_on=date(2026, 12, 18))
    solveig = visit("solveig")

    overview, plan = solveig.get(f"/sager/{case.ref}").text, solveig.get(f"/sager/{case.ref}/sikkerhed").text

    assert "Vurderet 18. nov., ses igen 18. dec." in above(overview)
    assert "#check" not in above(overview)
    looks = re.findall(r'sk-badge--(\w+)"><svg[^>]*><use[^>]*></use></svg><span>Vurderet', overview + plan)
    assert "green" not in looks
    assert len(looks) >= 2


def above(page):
    """The part of a page that says whose case it is."""
    return page[page.index('id="sagen"') : page.index("</section>")]
