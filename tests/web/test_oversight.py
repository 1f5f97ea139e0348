"""Tilsyn and the half-yearly look through who has what, on their pages."""

from datetime import datetime

from skanderborg.clock import now
from skanderborg.domain import people
from skanderborg.domain.oversight import reviews, samples
from skanderborg.policy import SYSTEM
from skanderborg.store.oversight import AccessReview, Finding


def test_the_auditor_judges_a_look_that_was_drawn(visit, case, clock):
    visit("rikke").get(f"/sager/{case.ref}")
    clock.move_to(datetime(2026, 12, 1, 8))
    samples.draw(now())
    dorte, ref = visit("dorte"), Finding.get().ref
    page = dorte.get("/tilsyn").text
    assert "1 ting venter på din vurdering" in dorte.get("/adgangslog").text

    unsaid = dorte.post(f"/tilsyn/{ref}/vurdering", version="1")
    said = dorte.post(f"/tilsyn/{ref}/vurdering", version="1", verdict="in-order")

    assert "Stikprøve" in page
    assert f"sag {case.code}" in page
    assert (unsaid.status_code, said.status_code) == (422, 303)
    assert "Undersøgt: i orden" in dorte.get("/tilsyn").text
    assert visit("rikke").get("/tilsyn").status_code == 403


def test_a_manager_confirms_and_ends_what_the_staff_have(cast, case, clock, visit):
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    clock.move_to(datetime(2027, 3, 2, 8))
    reviews.ask(now())
    lars = visit("lars")
    waiting = [row for row in AccessReview.select() if row.person_id in {cast["ruth"].ref, cast["rasmus"].ref}]
    before = lars.get("/adgangsgennemgang").text

    answers = [lars.post(f"/adgangsgennemgang/{row.ref}/{how}").status_code
               for row, how in zip(waiting, ("bekraeft", "afslut"), strict=False)]  # fmt: skip

    assert "Bekræft adgange" in lars.get("/min-afdeling").text
    assert "Hvem har adgang?" in before
    assert case.code not in before
    assert answers == [303, 303]
