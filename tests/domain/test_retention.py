"""A closed case goes when its time is over and two people say so: one who knows it, and a manager (SEC-60, D-26)."""

import json
from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg import content, policy
from skanderborg.domain import breaches, erasing, retention
from skanderborg.domain.cases import phases
from skanderborg.domain.retention import deciding, holds, terms, tick, trial
from skanderborg.errors import Invalid, NotAllowed, NotFound, TooLate
from skanderborg.kinds import Answer, BreachDecision, BreachKind, HoldKind
from skanderborg.policy import Action
from skanderborg.store.authorities import PoliceReport
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.erasures import Erasure
from skanderborg.store.oversight import DataBreach
from skanderborg.store.record import Conclusion
from skanderborg.store.retention import Disposal
from tests.made import a_case, exclude, letters, opened


@pytest.fixture
def old(cast, clock):
    """A case that was closed five years and a day ago."""
    made = a_case(cast, phase="closed", closed_at=time.now())
    clock.forward(days=5 * 365 + 2)
    tick.look_over(time.now())
    return made


def agreed(cast, case) -> Disposal:
    return retention.agree(cast["solveig"], opened(cast["solveig"], case), 1)


def decided(cast, case) -> Disposal:
    made = agreed(cast, case)
    return deciding.decide(cast["lars"], made.ref, "27.00-2031-17", made.version)


def worked() -> None:
    """The worker's tick."""
    tick.go_on(time.now())
    erasing.go_on(time.now())


def is_there(case) -> bool:
    return Case.select().where(Case.ref == case.ref).exists()


# ── how long ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("columns", "conclusion", "rule"),
    [
        ({}, None, "common"), ({}, "stalking", "common"), ({}, "not-stalking", "not-stalking"),
        ({"kind": "sparring-only"}, None, "sparring"), ({"children": "yes"}, "not-stalking", "children"),
    ],
)  # fmt: skip
def test_kind_conclusion_and_children_say_how_long_a_case_is_kept(cast, columns, conclusion, rule):
    case = a_case(cast, phase="closed", closed_at=time.now(), **columns)
    if conclusion:
        with begin():
            insert(Conclusion, case=case, number=1, conclusion=conclusion, by=cast["rikke"], at=time.now())

    term = terms.of(case)

    assert term.rule.id == rule
    assert term.due_on == date(2026 + term.rule.years, 11, 20)


def test_the_rules_say_their_source_and_what_the_archive_wants():
    assert all(rule.source and rule.archive and rule.years for rule in content.retention().rule)


def test_the_tovholder_is_told_thirty_days_before(cast, clock):
    a_case(cast, phase="closed", closed_at=time.now())
    clock.forward(days=5 * 365 + 1 - 31)  # with the leap day
    tick.look_over(time.now())
    before = letters("retention-ahead")
    clock.forward(days=1)

    for _ in range(2):
        tick.look_over(time.now())

    assert (before, letters("retention-ahead")) == ([], ["solveig"])


def test_an_open_case_is_never_proposed(cast, case, clock):
    clock.forward(days=40 * 365)

    assert tick.look_over(time.now()) == 0


# ── two people ──────────────────────────────────────────────────────────────────────────────────────


def test_a_case_goes_when_two_people_said_so_and_a_fortnight_is_over(cast, old, clock):
    decided(cast, old)
    clock.forward(days=13, hours=23)
    worked()
    was_there = is_there(old)
    clock.forward(hours=2)

    worked()

    kept = Erasure.get()
    assert (was_there, is_there(old)) == (True, False)
    assert (kept.agreed_by, kept.decided_by) == (cast["solveig"].ref, cast["lars"].ref)
    assert (kept.rule, kept.archive_reference) == ("common", "27.00-2031-17")


def test_an_erasure_that_was_begun_is_begun_once_and_goes_on(cast, old, clock):
    decided(cast, old)
    clock.forward(days=15)
    for _ in range(2):
        tick.go_on(time.now())
        tick.look_over(time.now())

    worked()

    assert Erasure.get().done_at
    assert not is_there(old)


def test_by_itself_nothing_goes_however_long_one_waits(cast, old, clock):
    clock.forward(days=4000)
    worked()
    agreed(cast, old)
    clock.forward(days=4000)

    worked()

    assert is_there(old)


def test_each_is_asked_by_a_letter_in_turn(cast, old):
    made = agreed(cast, old)
    asked = letters("retention-decide")
    deciding.decide(cast["lars"], made.ref, "27.00-2031-17", made.version)

    assert (asked, letters("retention-decided")) == (["lars"], ["solveig"])


def test_who_knows_the_case_does_not_decide_it_too(cast, old):
    made = agreed(cast, old)
    with begin():
        type(cast["solveig"]).update(roles="manager").where(type(cast["solveig"]).username == "solveig").execute()
    both = type(cast["solveig"]).get(username="solveig")

    with pytest.raises(NotFound):
        deciding.decide(both, made.ref, "27.00-2031-17", made.version)


@pytest.mark.parametrize("name", ["dorte", "admin", "rikke", "jonas"])
def test_neither_the_auditor_nor_the_administrator_nor_who_is_no_manager_decides(cast, old, name):
    made = agreed(cast, old)

    with pytest.raises(NotAllowed):
        deciding.decide(cast[name], made.ref, "27.00-2031-17", made.version)


def test_a_manager_to_whom_the_case_is_closed_neither_hears_of_it_nor_decides(cast, old):
    exclude(old, cast["rikke"], person=cast["lars"])
    made = agreed(cast, old)

    assert letters("retention-decide") == []
    with pytest.raises(NotFound):
        deciding.decide(cast["lars"], made.ref, "27.00-2031-17", made.version)


@pytest.mark.parametrize("typed", ["", "x", "uden tal", "010170-1234", "0101701234", "7" * 61, "<b>17</b>"])
def test_the_archive_has_a_reference_and_it_is_a_number(cast, old, typed):
    made = agreed(cast, old)

    with pytest.raises(Invalid) as refused:
        deciding.decide(cast["lars"], made.ref, typed, made.version)
    assert refused.value.field == "archive_reference"


def test_a_decision_that_stands_in_the_row_alone_erases_nothing(cast, old, clock):
    made = agreed(cast, old)
    with begin():
        Disposal.update(
            decided_by=cast["lars"], decided_at=time.now(), erase_at=time.now(), archive_reference="1"
        ).where(Disposal.ref == made.ref).execute()
    clock.forward(days=1)

    worked()

    assert is_there(old)


# ── what keeps it ───────────────────────────────────────────────────────────────────────────────────


def test_within_the_fortnight_who_knows_it_stops_it_and_it_is_proposed_no_more(cast, old, clock):
    decided(cast, old)
    holds.keep(cast["rikke"], opened(cast["rikke"], old), HoldKind.MANUAL, "Der kom en ny anmeldelse")
    clock.forward(days=400)

    worked()

    assert is_there(old)
    assert not Disposal.select().where(Disposal.ended_at.is_null()).exists()


def test_the_manager_stops_it_too(cast, old, clock):
    made = decided(cast, old)
    deciding.stop(cast["lars"], made.ref, "Arkivet vil have den")
    clock.forward(days=400)

    worked()

    assert is_there(old)
    assert [line.by for line in holds.on(old)] == [cast["lars"].name]


def test_when_nothing_keeps_it_any_more_it_is_proposed_again(cast, old):
    seen = opened(cast["rikke"], old)
    holds.keep(cast["rikke"], seen, HoldKind.MANUAL, "Aktindsigt")
    tick.look_over(time.now())
    holds.release(cast["rikke"], seen, HoldKind.MANUAL, "Besvaret")

    tick.look_over(time.now())

    assert Disposal.select().where(Disposal.ended_at.is_null()).count() == 1


@pytest.mark.parametrize("kind", [HoldKind.CHILD, HoldKind.POLICE])
def test_a_child_or_police_matter_keeps_a_case_by_itself_until_someone_says_otherwise(cast, clock, kind):
    case = a_case(cast, phase="closed", closed_at=time.now(), children="yes" if kind == HoldKind.CHILD else "no")
    if kind == HoldKind.POLICE:
        with begin():
            insert(PoliceReport, case=case, reported_on=time.today(), receipt="no", tell_us_first="no",
                   by=cast["rikke"], at=time.now())  # fmt: skip
    clock.forward(days=16 * 365)
    before = tick.look_over(time.now())
    holds.release(cast["rikke"], opened(cast["rikke"], case), kind, "Arkivet har svaret, 27-1")

    assert (before, tick.look_over(time.now())) == (0, 1)
    assert holds.on(case) == []


def test_a_case_that_is_opened_again_is_proposed_no_more(cast, old, clock):
    decided(cast, old)
    seen = opened(cast["solveig"], old)
    phases.reopen(cast["solveig"], seen, "Han er begyndt igen", seen.version)
    clock.forward(days=15)

    worked()

    assert is_there(old)
    with pytest.raises(TooLate):
        retention.agree(cast["solveig"], opened(cast["solveig"], old), 1)


def test_a_case_that_is_kept_is_not_said_yes_to(cast, old):
    with begin():
        Case.update(children="yes").where(Case.ref == old.ref).execute()

    with pytest.raises(Invalid, match="skal bevares"):
        agreed(cast, old)


def test_who_only_takes_part_neither_keeps_nor_lets_go(cast, old):
    with pytest.raises(NotAllowed):
        policy.case_for(cast["rasmus"], old.ref, Action.CASE_RETAIN)


def test_the_page_says_the_rule_the_day_what_keeps_it_and_the_proposal(cast, old):
    kept = retention.of(cast["solveig"], opened(cast["solveig"], old))

    assert (kept.term.rule.id, kept.holds, kept.proposal.rule) == ("common", [], "common")
    assert deciding.waiting(cast["lars"]) == ([], [])
    made = agreed(cast, old)
    assert [one.ref for one in deciding.waiting(cast["lars"])[0]] == [made.ref]
    assert deciding.count(cast["lars"]) == 1


# ── what would go ───────────────────────────────────────────────────────────────────────────────────


def test_what_would_go_is_listed_with_rule_day_rows_bytes_and_holds(cast, old):
    with begin():
        Case.update(children="yes").where(Case.ref == old.ref).execute()

    [line] = trial.lines()

    assert json.loads(json.dumps(line)) == line
    assert (line["case"], line["rule"], line["due_on"]) == (old.ref, "children", "2041-11-20")
    assert (line["holds"], line["proposed"]) == (["child"], True)
    assert line["rows"] >= 4


# ── breaches of security ────────────────────────────────────────────────────────────────────────────


def a_breach(cast, about=None) -> DataBreach:
    now = time.local(time.now())
    found = breaches.FoundAt(now.date(), now.time())
    return breaches.report(cast["rikke"], BreachKind.SENT, Answer.NO, "Mettes adresse til Bo", found, about)


def test_the_text_of_a_breach_goes_with_the_case_that_it_is_about(cast, old, clock):
    breach = a_breach(cast, old.ref)
    assert breaches.opened(cast["dorte"], breach.ref).what == "Mettes adresse til Bo"
    decided(cast, old)
    clock.forward(days=15)

    worked()

    left = breaches.opened(cast["dorte"], breach.ref)
    assert (left.what, left.about_case_id, left.kind) == (None, None, BreachKind.SENT)


def test_a_breach_is_about_no_case_that_its_reporter_does_not_see(cast, case):
    assert breaches.cases_to_name(cast["jonas"])[1:] == []
    assert breaches.cases_to_name(cast["rikke"])[1:] == [(case.ref, case.code)]
    now = time.local(time.now())
    with pytest.raises(NotFound):
        breaches.report(cast["jonas"], BreachKind.SENT, Answer.NO, "x", breaches.FoundAt(now.date(), now.time()),
                        case.ref)  # fmt: skip


def test_the_text_of_any_other_breach_goes_five_years_after_it_was_decided(cast, clock):
    breach = breaches.opened(cast["dorte"], a_breach(cast).ref, Action.BREACH_HANDLE)
    breaches.decide(cast["dorte"], breach, BreachDecision.NOT_REPORTED, "Ingen risiko", breach.version)
    clock.forward(days=5 * 365)
    before = breaches.forget_old(time.now())
    clock.forward(days=3)

    assert (before, breaches.forget_old(time.now()), breaches.forget_old(time.now())) == (0, 1, 0)
    assert DataBreach.get().what is None
    assert DataBreach.get().reason is None
