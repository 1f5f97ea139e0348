"""What was typed and is not sent is kept, offered on its page and given back in its form (REL-13)."""

import re

import pytest

from skanderborg import clock as time
from skanderborg.domain import drafts, housekeeping
from skanderborg.store.db import new_ref
from skanderborg.store.events import Event
from skanderborg.store.people import Draft, Session
from skanderborg.store.record import Note
from tests.made import a_case, a_request, exclude

TEXT = "Hun ringede kl. 9.\nHan stod ved skolen."
OFFERED = "Du har en kladde fra kl. 09.00"


@pytest.fixture
def notes(case):
    return f"/sager/{case.ref}/noter"


def type_into(visitor, path, ref="", page=None, **fields):
    """What unsent.js sends while someone types; returns the draft's ref."""
    ref = ref or new_ref()
    about = {"kladde": ref, "kladde_til": path, "kladde_side": page or path}
    answer = visitor.post("/kladder", htmx=True, **about, **fields)
    assert answer.status_code == 200, answer.text
    return ref


def test_what_is_typed_is_offered_on_its_page_and_fetched_into_its_form(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, theme="Skolen", text=TEXT, key="k")

    page = solveig.get(notes)
    fetched = solveig.get(f"/kladde/{ref}")

    assert OFFERED in page.text
    assert f'href="/kladde/{ref}"' in page.text
    assert TEXT not in page.text
    assert TEXT in fetched.text
    assert 'value="Skolen"' in fetched.text
    assert f'<form method="post" action="{notes}"' in fetched.text
    assert Note.select().count() == 0


def test_it_is_offered_on_no_other_page_and_to_no_one_else(visit, case, notes):
    solveig, rikke = visit("solveig"), visit("rikke")
    ref = type_into(solveig, notes, text=TEXT)

    assert "Du har en kladde" not in solveig.get(f"/sager/{case.ref}/vurdering").text
    assert "Du har en kladde" not in rikke.get(notes).text
    assert rikke.get(f"/kladde/{ref}").status_code == 404
    assert rikke.post(f"/kladde/{ref}/kasser").status_code == 404
    assert Draft.get().form["text"] == [TEXT]


def test_another_cannot_write_over_it(visit, notes):
    ref = type_into(visit("solveig"), notes, text=TEXT)

    answer = visit("rikke").post("/kladder", htmx=True, kladde=ref, kladde_til=notes, kladde_side=notes, text="Andet")

    assert answer.status_code == 409
    assert Draft.get().form["text"] == [TEXT]


def test_a_form_that_is_sent_uses_its_draft_up(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text="Hun ri", key="k")

    solveig.post(notes, text=TEXT, theme="", key="k", kladde=ref)

    assert Draft.get().__data__["form"] is None
    assert "Du har en kladde" not in solveig.get(notes).text
    assert Note.select().count() == 1


def test_a_form_that_is_refused_keeps_its_draft_and_its_name(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT, key="k")

    refused = solveig.post(notes, text="", theme="", key="k", kladde=ref)

    assert refused.status_code == 422
    assert f'name="kladde" value="{ref}"' in refused.text
    assert Draft.get().form["text"] == [TEXT]


def test_a_draft_sent_already_under_its_key_is_not_sent_twice(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, theme="", text=TEXT, key="k")
    solveig.post(notes, text=TEXT, theme="", key="k")  # and the browser died before it named the draft

    fetched = solveig.get(f"/kladde/{ref}")
    key = re.search(r'name="key" value="(.*?)"', fetched.text)[1]
    again = solveig.post(notes, text=TEXT, theme="", key=key, kladde=ref)

    assert again.status_code == 303
    assert Note.select().count() == 1
    assert Draft.get().used_at


def test_a_discarded_draft_is_gone_on_the_server(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT)

    answer = solveig.post(f"/kladde/{ref}/kasser")

    assert answer.location == notes
    assert Draft.get().__data__["form"] is None
    assert solveig.get(f"/kladde/{ref}").status_code == 404


def test_what_was_still_on_its_way_does_not_bring_a_used_draft_back(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT)
    solveig.post(f"/kladde/{ref}/kasser")

    late = solveig.post("/kladder", htmx=True, kladde=ref, kladde_til=notes, kladde_side=notes, text=TEXT)

    assert late.status_code == 409
    assert Draft.get().__data__["form"] is None


def test_newer_text_of_the_same_form_takes_the_place_of_the_older(visit, notes):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text="Hun ri")
    type_into(solveig, notes, ref, text=TEXT)

    assert [draft.form["text"] for draft in Draft.select()] == [[TEXT]]


def test_keeping_a_draft_prolongs_no_session_and_leaves_no_event(visit, notes, clock):
    solveig = visit("solveig")
    seen, events = Session.get().last_seen_at, Event.select().count()
    clock.forward(minutes=5)

    type_into(solveig, notes, text=TEXT)

    assert Session.get().last_seen_at == seen
    assert Event.select().count() == events


def test_looking_at_a_draft_is_looking_at_its_page(visit, case, notes, cast):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT)
    looked = Event.select().where(Event.chain == f"case:{case.ref}", Event.action == "note:list")
    before = looked.count()

    solveig.get(f"/kladde/{ref}")

    assert looked.count() == before + 1


def test_who_was_excluded_since_sees_nothing_of_it(visit, case, notes, cast):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT)
    exclude(case, cast["rikke"], person=cast["solveig"])

    answer = solveig.get(f"/kladde/{ref}")

    assert answer.status_code == 404
    assert "skolen" not in answer.text


def test_that_it_was_refused_is_written_down_with_the_page_it_was_for(visit, case, notes, cast):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text=TEXT)
    exclude(case, cast["rikke"], person=cast["solveig"])

    solveig.get(f"/kladde/{ref}")

    refused = Event.select().where(Event.outcome == "denied").get()
    assert (refused.action, refused.object_ref) == ("notes.write", case.ref)


def test_text_of_a_draft_lies_sealed_without_secrets(visit, notes):
    type_into(visit("solveig"), notes, text=TEXT, password="hemmelig", old="hemmelig")

    draft = Draft.get()

    assert b"skolen" not in bytes(draft.__data__["form"])
    assert set(draft.form) == {"text", "key"}


@pytest.mark.parametrize("path", ["/log-ind", "/findes-ikke", "//ond.example.invalid/x", "", "/hjaelp"])
def test_only_forms_of_our_own_pages_have_drafts(visit, path):
    answer = visit("solveig").post(
        "/kladder", htmx=True, kladde=new_ref(), kladde_til=path, kladde_side=path, text=TEXT
    )

    assert answer.status_code == 422
    assert Draft.select().count() == 0


def test_a_form_in_place_is_open_when_its_draft_is_fetched(visit, case, cast):
    request = a_request(cast["solveig"], case)
    jonas = visit("jonas")
    ref = type_into(jonas, f"/a/{request.ref}/send-tilbage", page=f"/a/{request.ref}", return_reason=TEXT, version="1")

    page, fetched = jonas.get(f"/a/{request.ref}"), jonas.get(f"/kladde/{ref}")

    assert OFFERED in page.text
    assert TEXT in fetched.text
    opened = fetched.text.count('<details class="sk-inline-form" open>')
    assert opened == page.text.count('<details class="sk-inline-form" open>') + 1


def test_a_draft_whose_form_is_on_no_page_any_more_is_shown_to_be_copied(visit, case, cast):
    request = a_request(cast["solveig"], case)
    jonas, there = visit("jonas"), f"/a/{request.ref}"
    ref = type_into(jonas, f"{there}/svar", page=there, answer=TEXT, outcome="done", version="1")
    sent = jonas.post(f"{there}/svar", answer="Svaret i en anden fane", outcome="done", version=request.version)

    answer = jonas.get(f"/kladde/{ref}")

    assert (sent.status_code, answer.status_code) == (303, 200)
    assert TEXT in answer.text
    assert "Kopiér det, du skal bruge" in answer.text


def test_a_draft_that_its_page_asks_nothing_about_any_more_is_shown_as_it_was_typed(visit, case):
    solveig = visit("solveig")
    path = f"/sager/{case.ref}/udlevering/ny/udlever"
    ref = type_into(solveig, path, page=f"/sager/{case.ref}/udlevering", reason=TEXT)  # of what, it does not say

    answer = solveig.get(f"/kladde/{ref}")

    assert answer.status_code == 200
    assert TEXT in answer.text


def test_a_button_that_came_too_late_is_offered_again_and_nothing_was_done(visit, cast, clock):
    case = a_case(cast, phase="suspicion", claimed_at=None, people=())
    rikke, path = visit("rikke"), f"/sager/{case.ref}/tag"
    clock.forward(minutes=31)
    there = rikke.post(path).location.partition("naeste=")[2]
    rikke.sign_in("rikke")

    answer = rikke.get(there)

    assert "Send igen" in answer.text
    assert type(case).get_by_id(case.ref).claimed_at is None
    assert rikke.post(path).status_code == 303


def test_a_form_that_came_too_late_comes_back_filled_in(visit, case, notes, clock):
    solveig = visit("solveig")
    clock.forward(minutes=31)

    there = solveig.post(notes, text=TEXT, theme="Skolen", key="k").location.partition("naeste=")[2]
    solveig.sign_in("solveig")
    page = solveig.get(there)
    ref = there.rpartition("/")[2]
    sent = solveig.post(notes, text=TEXT, theme="Skolen", key="k", kladde=ref)

    assert f"{TEXT}</textarea>" in page.text
    assert sent.status_code == 303
    assert [note.text for note in Note.select()] == [TEXT]
    assert Draft.get().used_at


@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_of_a_page_that_was_open_before_one_signed_in_anew_is_kept_and_not_obeyed(visit, notes, htmx):
    solveig = visit("solveig")
    before = solveig.token
    solveig.arrive("solveig")

    answer = solveig.post(notes, htmx=htmx, csrf_token=before, text=TEXT, theme="", key="k")
    there = answer.headers["HX-Redirect"] if htmx else answer.location

    assert answer.status_code == (204 if htmx else 303)
    assert Note.select().count() == 0
    assert TEXT in solveig.get(there).text


def test_typing_goes_on_being_kept_on_a_page_that_was_open_before_one_signed_in_anew(visit, notes):
    solveig = visit("solveig")
    before = solveig.token
    solveig.arrive("solveig")

    type_into(solveig, notes, csrf_token=before, text=TEXT)

    assert Draft.get().form["text"] == [TEXT]


def test_with_another_persons_token_nothing_is_kept(visit, notes):
    rikke = visit("rikke")

    answer = visit("solveig").post(notes, csrf_token=rikke.token, text=TEXT, theme="", key="k")

    assert answer.status_code == 403
    assert Draft.select().count() == 0


def test_a_conflict_lets_go_of_the_draft_only_when_it_is_settled(visit, case):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/beskrivelse"
    said = {"children": "no", "citizen_role": "unknown", "version": "1"}
    ref = type_into(solveig, path, what_happened=TEXT, **said)
    solveig.post(path, what_happened="Fulgt hjem", **said)

    stale = solveig.post(path, what_happened=TEXT, kladde=ref, **said)
    kept = Draft.get().form
    solveig.post(path, what_happened=TEXT, kladde=ref, **said | {"version": "2"})

    assert stale.status_code == 409
    assert f'name="kladde" value="{ref}"' in stale.text
    assert kept["what_happened"] == [TEXT]
    assert Draft.get().used_at


def test_a_draft_is_forgotten_some_days_after_it_was_typed_last(visit, notes, clock):
    solveig = visit("solveig")
    ref = type_into(solveig, notes, text="Hun ri")
    clock.forward(hours=6 * 24)
    solveig.arrive("solveig")
    type_into(solveig, notes, ref, text=TEXT)
    clock.forward(hours=6 * 24)

    housekeeping.sweep(time.now())
    kept = Draft.select().count()
    clock.forward(hours=49)
    housekeeping.sweep(time.now())

    assert kept == 1
    assert Draft.select().count() == 0


def test_a_used_draft_is_forgotten_after_a_day_and_the_day_more(cast, visit, notes, clock):
    solveig = visit("solveig")
    drafts.discard(cast["solveig"], type_into(solveig, notes, text=TEXT))
    clock.forward(hours=49)

    housekeeping.sweep(time.now())

    assert Draft.select().count() == 0
