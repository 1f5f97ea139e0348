"""SC-02, a neighbour: first a conflict, closed; then stalking, under the same code.

Solveig meets Carl, Rikke is the resource person. The days are those of the clock, across a New Year.
"""

import re
from datetime import UTC, datetime

import pytest

from tests.scenarios.made import GIVEN_AWAY, Course, Seen, tells

MEDIATION = "Giv Carl råd om konfliktmægling"
ACUTE = "Vurdér, om nogen er i fare lige nu"
DSC, POLICE = "Henvis til Dansk Stalking Center", "Henvis til lokal politistation"
MUTUAL = "Gensidigt: begge råber, begge klager. Ingen har sagt fra."
ONE_SIDED = "Ensidigt efter et skriftligt nej 2.11.: fotograferer, falsk anmeldelse, følger efter."
CLOSED_WITH = "Konflikt mellem naboer. Carl går til boligforeningens mægling."
BEFORE = (
    {"from_on": "1.9.2026", "types": "letter", "what": "En seddel om hækken."},
    {"kind": "answer", "from_on": "2.9.2026", "what": "Carl svarer.", "reaction_reason": "De talte om hækken."},
    {"from_on": "10.9.2026", "types": "other", "type_text": "Høj musik", "what": "Høj musik hele aftenen."},
    {"from_on": "20.9.2026", "types": "other", "type_text": "Skænderi", "what": "Begge råber."},
)
AFTER = (
    {"kind": "refusal", "from_on": "2.11.2026", "what": "Carl skriver, at der ikke skal være kontakt."},
    {"from_on": "6.11.2026", "types": "photo", "what": "Fotograferer ind ad vinduerne.", "witness": "Hans hustru"},
    {"from_on": "10.12.2026", "types": "order", "what": "En taxi, som ingen har bestilt."},
    {"from_on": "18.12.2026", "types": "accusation", "what": "Falsk anmeldelse til en myndighed."},
    {"from_on": "4.1.2027", "types": "follow", "what": "Følger efter ham til arbejde.", "witness": "Kollegaen Ditlev"},
)
FLAG = "Mægling er ikke forsvarlig ved stalking"


# ── the course ──────────────────────────────────────────────────────────────────────────────────────


def play_all(c: Course) -> None:
    for act in (first_call, conflict, closed, no_log_while_closed, nothing_comes, the_pair_again, reopened, stalking,
                next_meeting, reminded, last_look):  # fmt: skip
        act(c)


def first_call(c: Course) -> None:
    c.at(10, 5, 9)
    form = c.send(c.get("solveig", "/mistanke/ny"), "Nej")
    sent = c.send(form, "Send til ressourceperson", what_happened="Skænderi om hæk og musik.",
                  addressed_to="Rikke Ravn", citizen_role="exposed", name="Carl Testrup",
                  safe_contact="Ring om aftenen.")  # fmt: skip
    c.found.ref, c.found.case = sent.ref, f"/sager/{sent.ref}"
    c.found.code = re.search(r"sag (\w{5})", sent.text)[1]
    c.send(c.get("rikke", c.found.case), "Jeg tager den")
    c.send(c.get("solveig", c.found.case), "Ja, jeg er tovholder")
    other = c.get("solveig", f"{c.found.case}/personer/ny?rolle=opposing")
    c.send(other, "Gem oplysningerne", role="opposing", name="Dorthe Fiktiv", relation_text="Nabo")
    c.send(c.get("solveig", f"{c.found.case}/sparring"), "Gem sparring", way="internal", person="Rikke Ravn",
           held_on="i dag", advice="Er det gensidigt?")  # fmt: skip
    c.send(c.get("solveig", c.found.case), "Fortsæt til Handling")
    c.work()


def write_log(c: Course, rows: tuple[dict[str, str], ...]) -> Seen:
    page = c.get("solveig", f"{c.found.case}/haendelser")
    for said in rows:
        page = c.send(page, "Gem hændelse", **said)
    return page


def conflict(c: Course) -> None:
    c.at(10, 6, 10)
    c.found.first_log = write_log(c, BEFORE)
    too_soon = c.get("solveig", f"{c.found.case}/opgaver/ny")
    c.found.too_soon = c.force(too_soon, f"{c.found.case}/opgaver/ny", title=MEDIATION, box="own-options",
                               due_on="12 10 2026", is_mediation="y", key="for-tidligt")  # fmt: skip
    c.found.choice = c.get("rikke", f"{c.found.case}/vurdering")
    c.send(c.found.choice, "Gem konklusionen", conclusion="conflict", reason=MUTUAL)
    c.send(c.get("solveig", f"{c.found.case}/opgaver/ny"), "Opret opgaven", title=MEDIATION, box="own-options",
           due_on="12 10 2026", is_mediation="y", owner="Solveig Sand")  # fmt: skip
    c.found.with_mediation = c.get("solveig", c.found.case)
    c.plan_meeting(c.get("solveig", f"{c.found.case}/moeder/nyt"), on="12 10 2026", at="9.00", until="9.30",
           party="citizen")  # fmt: skip
    c.work()


def closed(c: Course) -> None:
    c.at(10, 12, 10)
    c.found.without_reason = c.send(c.get("solveig", f"{c.found.case}/afslut"), "Afslut sagen alligevel")
    c.found.closing = c.get("solveig", f"{c.found.case}/afslut")
    c.found.after_closing = c.send(c.found.closing, "Afslut sagen alligevel", reason=CLOSED_WITH,
                                   anyway="Opgaverne er til stalking. Det er en konflikt.")  # fmt: skip


def no_log_while_closed(c: Course) -> None:
    c.found.closed_log = c.get("solveig", f"{c.found.case}/haendelser")
    c.found.not_written = c.force(c.found.closed_log, f"{c.found.case}/haendelser", from_on="1.10.2026", types="letter",
                                  what="En seddel til.")  # fmt: skip


def nothing_comes(c: Course) -> None:
    c.found.silent = []
    for moment in ((10, 13, 8), (10, 20, 8), (11, 12, 8), (12, 18, 8)):
        c.at(*moment)
        c.found.silent += c.work()


def the_pair_again(c: Course) -> None:
    """Someone else meets Carl, and does not know of the closed case."""
    c.at(1, 6, 9, year=2027)
    form = c.send(c.get("jonas", "/mistanke/ny"), "Nej")
    sent = c.send(form, "Send til ressourceperson", what_happened="Naboen følger efter ham.", addressed_to="Rikke Ravn",
                  citizen_role="exposed", name="carl testrup")  # fmt: skip
    c.found.again = f"/sager/{sent.ref}"
    c.found.jonas_sees = c.get("jonas", c.found.again)
    c.found.rikke_sees = c.get("rikke", c.found.again)
    c.send(c.found.rikke_sees, "Jeg tager den")
    page = c.click(c.get("rikke", c.found.again), "Forbind sagerne")
    c.found.linked = c.send(page, "Forbind sagerne", kind="same-parties", reason="Samme to naboer som i efteråret.")
    c.work()


def reopened(c: Course) -> None:
    c.at(1, 7, 7, 15, year=2027)
    form = c.click(c.get("solveig", c.found.case), "Genåbn")
    c.found.reopened = c.send(form, "Genåbn", reason="Fire hændelser siden november. Nu er det ensidigt.")
    c.found.day = c.get("solveig", "/")
    c.found.second_log = write_log(c, AFTER)


def stalking(c: Course) -> None:
    acute = c.click(c.found.reopened, ACUTE)
    c.send(acute, "Gem", note="Ingen trusler. Aftalt at ringe 112, hvis hun kommer ind.")
    c.send(c.get("rikke", f"{c.found.case}/vurdering"), "Gem konklusionen", conclusion="stalking", reason=ONE_SIDED)
    c.found.flagged = c.get("solveig", c.found.case)
    task = c.click(c.found.flagged, MEDIATION)
    c.send(c.get("solveig", f"{task.path}/ikke-relevant"), "Markér som ikke relevant", reason="Det er stalking nu.")
    c.found.unflagged = c.get("solveig", c.found.case)
    c.found.versions = c.get("solveig", f"{c.found.case}/vurdering")
    for place in ("dsc", "police"):
        c.send(c.get("solveig", f"{c.found.case}/henvisninger"), "Registrér henvisning", organisation=place, on="i dag")
    c.found.referred = c.get("solveig", f"{c.found.case}/henvisninger")


def next_meeting(c: Course) -> None:
    c.at(1, 7, 7, 45, year=2027)
    c.plan_meeting(c.get("solveig", f"{c.found.case}/moeder/nyt"), on="11 1 2027", at="9.00", until="10.00",
           party="citizen")  # fmt: skip
    c.found.invited = c.work()


def reminded(c: Course) -> None:
    for moment in ((1, 7, 7, 59), (1, 7, 8, 0), (1, 7, 8, 0), (1, 11, 6, 59), (1, 11, 7, 0)):
        c.at(*moment, year=2027)
        c.work()


def last_look(c: Course) -> None:
    c.found.history = c.get("solveig", f"{c.found.case}/historik")
    c.found.broken = c.broken_chains()


@pytest.fixture(scope="module")
def course(play):
    return play(play_all)


# ── first a conflict ────────────────────────────────────────────────────────────────────────────────


def test_mediation_is_refused_before_anyone_has_said_that_it_is_a_conflict(course):
    """D-27: the tool mediates nothing; advice on it belongs to a conflict only."""
    assert course.found.too_soon.status == 422
    assert "Ved stalking gør den det værre" in course.found.too_soon.main


def test_the_words_that_tell_the_kinds_apart_stand_where_the_choice_is_made(course):
    """D-05."""
    assert "Chikane" in course.found.choice.main
    assert "Konflikt" in course.found.choice.main


def test_a_conflict_may_have_its_mediation(course):
    assert MEDIATION in course.found.with_mediation.main
    assert FLAG not in course.found.with_mediation.main


def test_no_meeting_is_with_both_parties(course):
    """D-27."""
    words = " ".join(page.main for page in course.pages)

    assert "Hold aldrig et fælles møde" in words
    assert "begge parter deltager" not in words


# ── closed, and found again ─────────────────────────────────────────────────────────────────────────


def test_closing_wants_a_reason_and_shows_what_is_open(course):
    assert course.found.without_reason.status == 422
    assert "Skriv, hvorfor sagen afsluttes." in course.found.without_reason.main
    assert MEDIATION in course.found.closing.main
    assert "som actioncardet kræver" in course.found.closing.main


def test_a_closed_case_says_why(course):
    assert CLOSED_WITH in course.found.after_closing.main


def test_a_closed_case_reminds_nobody(course):
    assert course.found.silent == []


def test_the_old_case_of_the_pair_is_suggested_to_the_resource_person_only(course):
    assert "Der kan være en anden sag, som er afsluttet" in course.found.rikke_sees.main
    assert course.found.code in course.found.rikke_sees.main
    assert course.found.code not in course.found.jonas_sees.text


def test_the_two_are_linked_and_not_merged(course):
    assert "De samme parter tidligere" in course.found.linked.main
    assert course.found.code in course.found.linked.main


def test_a_closed_case_takes_no_more_rows_and_its_log_is_still_read(course):
    """D-09."""
    assert "4 hændelser, 3 kontakter" in course.found.closed_log.main
    assert not course.found.closed_log.offers("Gem hændelse")
    assert course.found.not_written.status == 422


# ── the same case again ─────────────────────────────────────────────────────────────────────────────


def test_it_is_opened_again_under_the_same_code_and_address(course):
    assert course.found.reopened.path == course.found.case
    assert f"Sag {course.found.code}" in course.found.reopened.text


def test_the_log_goes_on_with_the_next_number_across_the_new_year(course):
    """D-09: the conflict's rows stay, and the refusal stands before what came after it."""
    words = course.found.second_log.main

    assert "9 hændelser, 6 kontakter" in words
    assert "Nr. 9 mandag 4. januar 2027" in words
    assert words.index("Følger efter ham") < words.index("Tydelig afvisning Carl") < words.index("En seddel om hækken")


def test_safety_is_to_be_assessed_the_same_day(course):
    today = course.found.day.html.partition('id="dag-today"')[2].partition('id="dag-soon"')[0]

    assert ACUTE in today


def test_both_versions_of_the_conclusion_are_read_with_author_and_time(course):
    words = course.found.versions.main

    assert MUTUAL in words
    assert ONE_SIDED in words
    assert words.index(ONE_SIDED) < words.index(MUTUAL)
    assert re.search(r"Rikke Ravn", words)
    assert "7. januar" in words
    assert "6. oktober" in words


def test_an_open_mediation_is_flagged_until_it_is_closed(course):
    assert FLAG in course.found.flagged.main
    assert FLAG not in course.found.unflagged.main


def test_the_two_obligatory_referrals_are_made(course):
    """D-06: Dansk Stalking Center and the local police."""
    assert course.found.referred.main.count("Oplyst nummer") >= 2


def test_the_history_goes_from_the_first_call_to_today(course):
    """The same chain, never begun anew."""
    words = course.found.history.main

    assert "genåbnede sagen" in words
    assert "afsluttede sagen" in words
    assert "meldte en mistanke" in words


def test_the_meeting_of_monday_is_remembered_on_thursday_at_eight_across_the_new_year(course):
    """D-10."""
    came = sorted((one.wall, one.to) for one in course.letters
                  if one.kind == "meeting-reminder" and one.wall.startswith("2027"))  # fmt: skip

    assert came == [("2027-01-07 08:00", "rikke"), ("2027-01-07 08:00", "solveig"),
                    ("2027-01-11 07:00", "rikke"), ("2027-01-11 07:00", "solveig")]  # fmt: skip
    assert {one.appointment["DTSTART"].dt for one in course.found.invited if one.kind == "meeting-invitation"} == {
        datetime(2027, 1, 11, 8, tzinfo=UTC)
    }


def test_no_letter_tells_of_anyone_or_anything(course):
    """D-21."""
    for one in course.letters:
        assert not GIVEN_AWAY.search(one.every_text), one.kind
        assert not tells(one.every_text, "Carl", "Testrup", "Dorthe", "Fiktiv", course.found.code, *course.typed)


def test_every_chain_of_events_holds(course):
    assert course.found.broken == []
