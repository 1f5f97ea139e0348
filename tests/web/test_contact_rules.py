"""The rules for contact as they are now, on the page of whoever was asked to help."""

from datetime import date

from skanderborg import clock as time
from skanderborg.domain.police import orders, reports
from skanderborg.kinds import Mark, OrderKind, SafetyStatus, Validity
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from tests.domain.test_contact_rules import NEVER, a_meeting, change
from tests.made import a_request, a_task, opened, reported

READ_THEM = "Læs kontaktreglerne, før du kontakter nogen."


def test_each_page_of_a_helper_asks_to_read_the_rules_until_that_is_confirmed(visit, cast, case, clock):
    parts = {
        "o": a_task(case, assignee=cast["jonas"]).ref,
        "a": a_request(cast["solveig"], case).ref,
        "m": a_meeting(cast, case, "jonas").ref,
    }
    clock.forward(minutes=1)
    jonas = visit("jonas")
    before = [READ_THEM in jonas.get(f"/{path}/{ref}").text for path, ref in parts.items()]
    change(cast, case)

    pages = [jonas.get(f"/{path}/{ref}").text for path, ref in parts.items()]
    answer = jonas.post(f"/m/{parts['m']}/kontaktregler")
    after = [jonas.get(f"/{path}/{ref}").text for path, ref in parts.items()]

    assert before == [False, False, False]
    assert [READ_THEM in page for page in pages] == [True, True, True]
    assert (answer.status_code, answer.location) == (303, f"/m/{parts['m']}")
    assert [READ_THEM in page for page in after] == [False, False, False]
    assert [NEVER in page for page in pages + after] == [True] * 6


def test_a_request_keeps_what_was_said_then_beside_what_holds_now(visit, cast, case, clock):
    request = a_request(cast["solveig"], case, contact_rules="Ring aldrig hjem")
    clock.forward(minutes=1)
    change(cast, case)

    page = visit("jonas").get(f"/a/{request.ref}").text

    assert page.index(NEVER) < page.index("Det stod der, da anmodningen blev sendt") < page.index("Ring aldrig hjem")


def test_an_address_never_follows_the_rules(visit, cast, case, clock):
    request = a_request(cast["solveig"], case)
    with begin():
        insert(Party, case=case, role="citizen", name="Mette Madeup", address="Prøvevej 1", contact="12 34 56 78",
               created_at=time.now())  # fmt: skip
    clock.forward(minutes=1)
    change(cast, case)

    page = visit("jonas").get(f"/a/{request.ref}").text

    assert ["Prøvevej" in page, "12 34 56 78" in page] == [False, False]


def test_what_must_be_at_hand_stands_beside_the_rules(visit, cast, case):
    solveig, version = visit("solveig"), Case.get_by_id(case.ref).version
    solveig.post(f"/sager/{case.ref}/sikkerhed/kontakt", safe_contact=case.safe_contact, version=version,
                 custody="Fælles, samvær i bero", counsel="Agnete Aa")  # fmt: skip
    on_case = opened(cast["solveig"], case)
    reports.record(cast["solveig"], on_case, **reported(journal_number="4200-17"))
    for kind, to_on in (("tilhold", date(2029, 11, 1)), ("opholdsforbud", date(2026, 11, 2))):
        orders.record(cast["solveig"], on_case, kind=OrderKind(kind), from_on=date(2026, 11, 1), to_on=to_on, area=None,
                      journal_number=None)  # fmt: skip

    page = solveig.get(f"/sager/{case.ref}/noter").text

    head = page[page.index("sk-at-hand") : page.index("</section>", page.index("sk-at-hand"))]
    facts = ["Fælles, samvær i bero", "Agnete Aa", "4200-17", "til 1. nov. 2029", "Opholdsforbud"]
    assert [fact in head for fact in facts] == [True, True, True, True, False]


def test_no_status_of_safety_is_a_green_tick(app):
    macros = app.jinja_env.get_template("macros/ui.html").module

    looks = {one.value: macros.LOOKS[one.value] for one in (*SafetyStatus, *Validity, Mark.ASSESSED, Mark.TO_ASSESS)}

    assert {name: look for name, look in looks.items() if "check" in look or "green" in look} == {}
