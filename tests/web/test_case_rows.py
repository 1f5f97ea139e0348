"""The tasks of a case: one line each, and below it what is done with one."""

import re
from datetime import date

from skanderborg import clock
from skanderborg.store.events import Event
from tests.made import a_case, a_task

FORM = re.compile(r"<form ")


def row_in(page, task):
    return page.partition(f'id="task-{task.ref}"')[2].partition("</li>")[0]


def test_a_closed_row_carries_no_form_and_is_pressed_all_the_same(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"], title="Ring til skolen")
    solveig = visit("solveig")

    row = row_in(solveig.get(f"/sager/{case.ref}").text, task)

    assert not FORM.search(row)
    assert f'form="tryk" formaction="/o/{task.ref}/udfoert" name="version" value="1"' in row
    assert re.search(r">Udfør<span class=\"sr-only\">: Ring til skolen</span></button>", row)
    assert '<form method="post" action="" id="tryk"' in solveig.get(f"/sager/{case.ref}").text


def test_the_details_and_forms_of_one_task_stand_below_it_at_an_address_of_their_own(visit, cast, case):
    task, other = (a_task(case, assignee=cast["solveig"], brief=f"Husk {name}") for name in ("nøglen", "bilen"))

    page = visit("solveig").get(f"/sager/{case.ref}?opgave={task.ref}").text

    assert "Husk nøglen" in row_in(page, task)
    assert f'action="/o/{task.ref}/udskyd"' in row_in(page, task)
    assert "Husk bilen" not in page
    assert not FORM.search(row_in(page, other))


def test_htmx_gets_the_row_alone_open_and_closed_again(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"], brief="Husk nøglen")
    solveig = visit("solveig")

    opened = solveig.get(f"/sager/{case.ref}?opgave={task.ref}", htmx=True)
    closed = solveig.get(f"/sager/{case.ref}?opgave={task.ref}&luk=1", htmx=True)

    assert opened.text.lstrip().startswith(f'<li id="task-{task.ref}"')
    assert ("Husk nøglen" in opened.text, "Husk nøglen" in closed.text) == (True, False)
    assert not FORM.search(closed.text)


def test_that_one_looked_at_the_details_of_a_task_is_written_down(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])

    visit("solveig").get(f"/sager/{case.ref}?opgave={task.ref}", htmx=True)

    assert Event.select().where(Event.action == "task:read", Event.object_ref == task.ref).count() == 1


def test_a_row_of_another_case_is_none_of_this(visit, cast, case):
    elsewhere = a_case(cast, code="P9R4T")
    task = a_task(elsewhere, assignee=cast["solveig"], title="Ring til banken")
    solveig = visit("solveig")

    part = solveig.get(f"/sager/{case.ref}?opgave={task.ref}", htmx=True)
    whole = solveig.get(f"/sager/{case.ref}?opgave={task.ref}")

    assert part.status_code == 404
    assert "Ring til banken" not in whole.text


def test_who_helps_with_a_task_gets_no_row_of_its_case(visit, cast, case):
    task = a_task(case, assignee=cast["ulla"])

    assert visit("ulla").get(f"/sager/{case.ref}?opgave={task.ref}", htmx=True).status_code == 404


def test_what_is_done_is_folded_and_named_and_a_box_with_nothing_open_comes_last(visit, case):
    a_task(case, title="Aftal kode", box="clarification", status="done", closed_at=clock.now())
    a_task(case, title="Ring til naboen", box="network")

    page = visit("solveig").get(f"/sager/{case.ref}").text

    assert "<summary>1 udført<span>: Aftal kode</span></summary>" in page
    assert page.index("Ring til naboen") < page.index("Aftal kode")


def test_what_is_set_aside_is_not_told_as_done(visit, case):
    a_task(case, title="Aftal kode", box="network", status="not-relevant", closed_at=clock.now(), reason="Nej")

    assert "<summary>1 lukket<span>: Aftal kode</span></summary>" in visit("solveig").get(f"/sager/{case.ref}").text


def test_a_task_that_is_opened_is_there_however_many_stand_before_it(visit, case):
    *_, last = [a_task(case, title=f"Opgave {number}", box="network", due_on=date(2026, 12, 1)) for number in range(9)]
    last = max((last,), key=lambda task: task.ref)

    page = visit("solveig").get(f"/sager/{case.ref}?opgave={last.ref}").text

    assert f'action="/o/{last.ref}/udfoert"' in row_in(page, last) or "sk-item-below" in row_in(page, last)


def test_now_says_what_is_late_and_what_is_nobodys(visit, cast, case):
    a_task(case, due_on=date(2026, 11, 18), assignee=cast["solveig"])
    a_task(case, due_on=date(2026, 12, 1))

    page = visit("solveig").get(f"/sager/{case.ref}").text

    assert "<strong>Nu:</strong> 1 opgave er over fristen, 1 er uden ansvarlig." in page


def test_the_duty_of_another_is_not_counted_as_late(visit, cast, case):
    a_task(case, kind="child-report", box="safety", due_on=date(2026, 11, 18), assignee=cast["rikke"],
           duty_of=cast["rikke"])  # fmt: skip

    assert "Ingen opgaver er over fristen" in visit("solveig").get(f"/sager/{case.ref}").text
    assert "1 opgave er over fristen" in visit("rikke").get(f"/sager/{case.ref}").text


def test_what_was_done_last_stands_there_and_nothing_personal(visit, cast, case):
    task = a_task(case, title="Ring til skolen", assignee=cast["solveig"])
    duty = a_task(case, kind="child-report", box="safety", assignee=cast["rikke"], duty_of=cast["rikke"])
    visit("solveig").post(f"/o/{task.ref}/begynd", version=1)
    Event.insert(
        chain=f"case:{case.ref}", number=50, ref="z" * 26, at=clock.now(), actor=cast["rikke"].ref,
        action="duty:assessed", object_kind="task", object_ref=duty.ref, is_write=True, request="r" * 26, mac="m",
    ).execute()  # fmt: skip

    lately = visit("solveig").get(f"/sager/{case.ref}").text.partition("Sidst sket")[2].partition("</ul>")[0]

    assert re.search(r"i dag kl\. \d\d\.\d\d</span> Solveig Sand [^<]+«Ring til skolen»", lately)
    assert "Rikke" not in lately


def test_the_eight_steps_of_the_guide_are_one_list_of_where_each_stands(visit, case):
    page = visit("solveig").get(f"/sager/{case.ref}").text
    steps = page.partition('<ol class="sk-guide">')[2].partition("</ol>")[0]

    assert steps.count("<li>") == 8
    assert re.search(r"Sikkerhed</a>: <span class=\"sk-meta\">ikke vurderet · ingen plan</span>", steps)


def test_the_sheet_of_a_case_begins_with_how_the_citizen_may_be_contacted_and_is_written_down(visit, cast, case):
    a_task(case, title="Ring til skolen", assignee=cast["solveig"])
    a_task(case, title="Aftal kode", status="done", closed_at=clock.now())
    a_task(case, title="Rikkes pligt", kind="child-report", assignee=cast["rikke"], duty_of=cast["rikke"])

    page = visit("solveig").get(f"/sager/{case.ref}/udskrift").text.partition("<main")[2]

    assert page.index("Sådan må borgeren kontaktes") < page.index("Ring til skolen")
    assert "Aftal kode" not in page
    assert "Rikkes pligt" not in page
    assert Event.select().where(Event.action == "case:sheet", Event.chain == f"case:{case.ref}").count() == 1
