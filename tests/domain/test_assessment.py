"""What is known, in versions; danger signs; what instruments said; and the conclusion that a person draws."""

from datetime import date

import pytest

from skanderborg import clock, content
from skanderborg.content import questions
from skanderborg.domain import assessment, people, suspicions
from skanderborg.domain.assessment import parts, risk, versions
from skanderborg.domain.tasks import safety
from skanderborg.errors import Conflict, Invalid, NotFound, TooLate
from skanderborg.examples import odd
from skanderborg.kinds import Answer, CitizenRole, ConclusionKind, RiskLevel
from skanderborg.settings import SettingError
from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from skanderborg.store.record import Assessment, AssessmentPart, Conclusion, RiskRecord
from skanderborg.store.work import Task
from tests.made import a_case, a_task, exclude, letters, opened, seen

TODAY = date(2026, 11, 20)
QUIET = {"danger_threats": "no", "sign_calls": "yes"}
THREAT = {"danger_threats": "yes", "sign_calls": "yes"}


@pytest.fixture
def safety_task(cast, case):
    return a_task(case, kind="safety", box="safety", due_on=date(2026, 12, 20), assignee=cast["solveig"])


def write(cast, case, answers=None, who="rikke", **said) -> Assessment:
    """A whole assessment, part by part, checked."""
    return odd.assess(cast[who], opened(cast[who], case), {**(answers or {}), **said})


def parts_of(cast, case, who="rikke") -> dict[str, parts.Part]:
    return {one.section.id: one for one in parts.of_case(cast[who], opened(cast[who], case)).parts}


def seen_now(cast, case) -> int:
    return parts.of_case(cast["rikke"], opened(cast["rikke"], case)).seen


def save(cast, case, section, seen=0, who="rikke", **said) -> parts.Part:
    return parts.save(cast[who], opened(cast[who], case), section, said, seen)


def finish(cast, case, who="rikke") -> Assessment:
    return parts.finish(cast[who], opened(cast[who], case), seen_now(cast, case))


def newest(cast, case) -> versions.Version:
    return versions.newest(versions.of_case(cast["rikke"], opened(cast["rikke"], case)))


def lines(version) -> dict[str, versions.AnswerLine]:
    return {line.text: line for part in version.parts for line in part.lines}


def conclude(cast, case, kind=ConclusionKind.UNCLEAR, seen_number=None) -> Conclusion:
    return assessment.conclude(cast["rikke"], opened(cast["rikke"], case), kind, "ZQX fordi", seen_number)


def is_acute(case) -> bool:
    return Case.select(Case.is_acute).where(Case.ref == case.ref).scalar()


# ── versions ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_version_leaves_the_one_before_as_it_was(cast, case):
    """D-05: versioned."""
    write(cast, case, more="ZQX først")
    write(cast, case, more="ZQX siden")

    rows = versions.of_case(cast["solveig"], opened(cast["solveig"], case))

    assert [(row.number, row.answers, row.writer.name) for row in rows] == [
        (2, {"more": "ZQX siden"}, cast["rikke"].name), (1, {"more": "ZQX først"}, cast["rikke"].name),
    ]  # fmt: skip
    assert b"ZQX" not in bytes(Assessment.select(Assessment.answers).tuples().get()[0])


def test_what_was_not_changed_makes_no_version(cast, case):
    first = write(cast, case, more="ZQX", danger_threats="no")

    again = write(cast, case, more="ZQX", danger_threats="no")

    assert (again.ref, Assessment.select().count()) == (first.ref, 1)


def test_only_what_is_answered_is_kept_and_nothing_that_is_not_asked(cast, case):
    made = write(cast, case, {"who": None, "owner": "me"}, sign_calls="yes", began_on=date(2026, 11, 1))

    assert made.answers == {"sign_calls": "yes", "began_on": "2026-11-01"}


def test_something_must_be_answered(cast, case):
    with pytest.raises(Invalid):
        write(cast, case, more=None)


def test_what_changed_is_said_in_words(cast, case):
    write(cast, case, sign_calls="no", sign_gifts="unknown", more="ZQX")
    write(cast, case, sign_calls="yes", sign_gifts="unknown", began_on=date(2026, 11, 1))

    read = lines(newest(cast, case))

    assert read["Ringer eller skriver gang på gang"].change == "Ændret, før: Nej"
    assert read["Sender gaver eller ting, som ingen har bedt om"].change == ""
    assert (read["Hvornår begyndte det?"].value, read["Hvornår begyndte det?"].change) == ("1.11.2026", "Nyt")
    assert (read["Andet, der er vigtigt"].value, read["Andet, der er vigtigt"].change) == (
        "Ikke besvaret", "Ændret, før: ZQX",
    )  # fmt: skip


def test_of_two_who_save_one_part_the_second_is_shown_the_first_and_both_can_stay(cast, case):
    """REL-11, REL-12: a danger sign of the first is never buried unread."""
    save(cast, case, "more", more="ZQX Rikkes")

    with pytest.raises(Conflict) as told:
        save(cast, case, "more", who="rasmus", more="ZQX Rasmus'")
    save(cast, case, "more", told.value.theirs.version, who="rasmus", more="ZQX begge")

    assert told.value.theirs.answers == {"more": "ZQX Rikkes"}
    assert finish(cast, case).answers == {"more": "ZQX begge"}


def test_two_who_work_on_parts_of_their_own_are_not_in_each_others_way(cast, case):
    save(cast, case, "signs", sign_calls="yes")
    save(cast, case, "more", who="rasmus", more="ZQX")

    assert finish(cast, case).answers == {"sign_calls": "yes", "more": "ZQX"}


def test_a_part_that_went_into_a_version_meanwhile_is_not_written_over(cast, case):
    """A page of the part that was open all the while is over what stood there before."""
    write(cast, case, more="ZQX")

    with pytest.raises(Conflict):
        save(cast, case, "more", more="ZQX ældre")


# ── part by part ────────────────────────────────────────────────────────────────────────────────────


def test_an_unfinished_edition_is_seen_by_colleagues_and_counts_for_nothing(cast, case):
    write(cast, case, QUIET)
    save(cast, case, "more", more="ZQX sover dårligt")

    seen_by_colleague = parts_of(cast, case, "solveig")
    assert seen_by_colleague["more"].answers == {"more": "ZQX sover dårligt"}
    assert (seen_by_colleague["more"].row.writer.name, seen_by_colleague["more"].is_open) == (cast["rikke"].name, True)
    assert not seen_by_colleague["signs"].is_open
    assert newest(cast, case).row.answers == QUIET
    assert b"ZQX" not in bytes(AssessmentPart.select(AssessmentPart.answers).tuples().get()[0])


def test_what_is_checked_counts_as_one_version_with_what_stood_in_the_other_parts(cast, case):
    write(cast, case, QUIET)
    save(cast, case, "more", more="ZQX")
    save(cast, case, "signs", parts_of(cast, case)["signs"].version, sign_calls="no")

    made = finish(cast, case, "solveig")

    assert (made.number, made.answers) == (2, {"danger_threats": "no", "sign_calls": "no", "more": "ZQX"})
    assert not any(part.is_open for part in parts_of(cast, case).values())


def test_how_much_of_a_part_is_answered_is_told_and_words_beside_a_list_count_as_none(cast, case):
    save(cast, case, "course", relation="other", relation_text="ZQX kunde", who="rikke")
    save(cast, case, "danger", danger_threats="no", danger_home="unknown")

    found = parts_of(cast, case)

    assert (found["danger"].answered, found["danger"].asked) == (2, 14)
    assert (found["course"].answered, found["course"].asked) == (1, 6)


def test_a_danger_sign_does_not_wait_for_the_rest_and_is_told_once(cast, case, safety_task):
    """D-02."""
    save(cast, case, "danger", danger_threats="yes", who="rasmus")
    acute_at_once, told = is_acute(case), letters("case-urgent")
    finish(cast, case, "rasmus")

    assert (acute_at_once, told) == (True, ["rikke", "solveig"])
    assert letters("case-urgent") == told
    assert newest(cast, case).row.has_danger


def test_who_checks_what_a_colleague_has_gone_on_with_checks_it_again(cast, case):
    save(cast, case, "more", more="ZQX")
    checked = seen_now(cast, case)
    save(cast, case, "signs", who="rasmus", sign_calls="yes")

    with pytest.raises(TooLate):
        parts.finish(cast["rikke"], opened(cast["rikke"], case), checked)
    assert Assessment.select().count() == 0


def test_what_is_put_away_leaves_the_version_that_counts(cast, case):
    write(cast, case, QUIET)
    save(cast, case, "more", more="ZQX")

    parts.discard(cast["solveig"], opened(cast["solveig"], case), seen_now(cast, case))

    assert parts_of(cast, case)["more"].answers == {}
    assert finish(cast, case).number == 1
    assert Event.select().where(Event.action == "assessment:discarded").count() == 1


def test_what_was_put_away_is_not_shown_as_what_stands_there_now(cast, case):
    save(cast, case, "more", more="ZQX")
    parts.discard(cast["solveig"], opened(cast["solveig"], case), seen_now(cast, case))

    with pytest.raises(Conflict) as told:
        save(cast, case, "more", more="ZQX ældre")
    assert told.value.theirs is None


def test_a_part_that_is_saved_as_it_was_leaves_no_unfinished_edition(cast, case):
    write(cast, case, QUIET)

    save(cast, case, "signs", parts_of(cast, case)["signs"].version, sign_calls="yes")

    assert not parts_of(cast, case)["signs"].is_open


def test_nobody_saves_a_part_that_is_not_asked_in_the_case(cast):
    case = a_case(cast, citizen_role=CitizenRole.PERPETRATOR)

    with pytest.raises(NotFound):
        save(cast, case, "consequences", consequence_work="yes")


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"began_on": date(2026, 11, 21)}, "began_on"),
        ({"last_on": date(2026, 11, 21)}, "last_on"),
        ({"refused_on": date(2026, 11, 21)}, "refused_on"),
        ({"answered_on": date(2026, 11, 21)}, "answered_on"),
        ({"began_on": date(2026, 11, 10), "last_on": date(2026, 11, 9)}, "last_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(cast, case, days, field):
    with pytest.raises(Invalid) as refused:
        write(cast, case, days)
    assert refused.value.field == field


@pytest.mark.parametrize(("last_on", "days", "is_long"), [(14, 14, False), (15, 15, True), (None, 20, True)])
def test_fourteen_days_are_marked(cast, case, last_on, days, is_long):
    """S1-20: from the first day to the last that is known, else up to the day it was written."""
    write(cast, case, began_on=date(2026, 11, 1), last_on=last_on and date(2026, 11, last_on))

    found = newest(cast, case).duration

    assert (found.days, found.is_long) == (days, is_long)


def test_without_a_first_day_there_is_no_duration(cast, case):
    write(cast, case, last_on=TODAY)

    assert newest(cast, case).duration is None


def test_a_version_that_is_not_there_is_not_found(cast, case):
    write(cast, case, QUIET)
    rows = versions.of_case(cast["rikke"], opened(cast["rikke"], case))

    with pytest.raises(NotFound):
        versions.numbered(rows, 99_999_999_999)


def test_a_perpetrators_case_asks_nothing_that_tells_of_the_exposed(cast):
    """D-14: no name of the other, no consequences, no vulnerability."""
    case = a_case(cast, citizen_role=CitizenRole.PERPETRATOR)

    made = write(cast, case, {"who": "ZQX", "consequence_work": "yes", "vulnerable_alone": "yes"}, sign_calls="yes")

    asked = {part.section.id for part in versions.asked(case)}
    assert made.answers == {"sign_calls": "yes"}
    assert not asked & {"consequences", "vulnerability"}
    assert {"danger", "signs", "criteria"} <= asked


def test_a_closed_case_takes_none_and_who_was_only_asked_writes_none(cast, case):
    closed = a_case(cast, "CLOSE", phase="closed", closed_at=case.reported_at)
    offered = a_case(cast, "OFFER", offered_to=cast["lars"])

    with pytest.raises(Invalid, match="afsluttet"):
        write(cast, closed, QUIET)
    with pytest.raises(NotFound):
        write(cast, offered, QUIET, who="lars")


# ── danger signs ────────────────────────────────────────────────────────────────────────────────────


def test_a_danger_sign_makes_the_case_acute_and_safety_due_today(cast, case, safety_task):
    """D-02: any yes; the task is due today and the reason stands with it."""
    made = write(cast, case, THREAT)

    task = Task.get_by_id(safety_task.ref)
    assert made.has_danger
    assert is_acute(case)
    assert task.due_on == TODAY
    assert "Trusler" in task.reason


def test_a_sign_that_most_cases_have_is_discussed_by_the_next_working_day(cast, case, safety_task):
    """Surveillance is one of the ten signs: a case in which it is all there is does not stand as acute."""
    write(cast, case, danger_surveillance="yes", who="rasmus")

    task = Task.get_by_id(safety_task.ref)
    assert not is_acute(case)
    assert (task.due_on, task.danger_at) == (clock.add_working_days(TODAY, 1), None)
    assert task.reason == "Drøft det med ressourcepersonen. Nyt i vurderingen: Overvågning eller forfølgelse"
    assert (letters("case-urgent"), letters("task-assigned")) == ([], ["solveig"])


def test_what_is_to_be_discussed_puts_nothing_off_that_is_due_before(cast, case, safety_task):
    Task.update(due_on=TODAY).where(Task.ref == safety_task.ref).execute()

    write(cast, case, danger_fixation="yes")

    assert (Task.get().due_on, Task.get().reason) == (TODAY, None)


def test_one_acute_sign_among_others_makes_the_case_acute(cast, case, safety_task):
    write(cast, case, danger_surveillance="yes", danger_breach="yes")

    assert is_acute(case)
    assert Task.get().due_on == TODAY


def test_which_signs_are_acute_is_said_in_the_file():
    acute = {one.id for one in content.assessment().question if one.danger == "acute"}

    assert {name.removeprefix("danger_") for name in acute if name.startswith("danger_")} == {
        "threats", "violence", "strangling", "weapon", "suicide", "home", "breach", "change"
    }  # fmt: skip
    assert {"acute_now", "acute_unsafe", "acute_child"} <= acute


@pytest.mark.parametrize("name", [one.id for one in content.assessment().question if one.danger])
def test_every_danger_sign_counts_alone_and_no_number_of_them_is_needed(name):
    assert versions.dangers_in({name: "yes"}) == {name}
    assert not versions.dangers_in({name: "unknown"})
    assert not versions.dangers_in({name: "no"})


def test_those_who_must_know_are_told_once_and_the_one_who_wrote_is_not(cast, case, safety_task):
    write(cast, case, THREAT, who="rasmus")

    assert letters("case-urgent") == ["rikke", "solveig"]
    assert letters("task-assigned") == []


def test_a_danger_sign_that_was_known_tells_nobody_again(cast, case, safety_task):
    write(cast, case, THREAT)
    safety.assess(cast["solveig"], seen(cast["solveig"], Task.get_by_id(safety_task.ref)), "aftalt", 2)

    write(cast, case, THREAT, more="ZQX")

    assert not is_acute(case)
    assert letters("case-urgent") == ["solveig"]


def test_one_more_danger_sign_in_an_acute_case_is_told_and_written_down(cast, case, safety_task):
    write(cast, case, THREAT)
    write(cast, case, THREAT | {"danger_home": "yes"})

    assert letters("case-urgent") == ["solveig", "solveig"]
    assert Event.select().where(Event.action == "case:danger-again").count() == 1


def test_who_is_away_has_a_substitute_that_is_told_too(cast, case, safety_task):
    people.set_own(cast["rikke"], cast["rasmus"], cast["rikke"].theme, cast["rikke"].version)
    people.add_absence(people.get(cast["rikke"].ref), TODAY, TODAY)

    safety.assess_again(cast["solveig"], case.ref, "Ny trussel")

    assert letters("case-urgent") == ["rasmus", "rikke"]


def test_who_is_excluded_is_never_told(cast, case, safety_task):
    exclude(case, cast["solveig"], person=cast["rikke"])

    safety.assess_again(cast["solveig"], case.ref, "Ny trussel")

    assert letters("case-urgent") == []


def test_a_substitute_who_is_excluded_is_not_told_either(cast, case, safety_task):
    people.set_own(cast["rikke"], cast["ulla"], cast["rikke"].theme, cast["rikke"].version)
    people.add_absence(people.get(cast["rikke"].ref), TODAY, TODAY)
    exclude(case, cast["solveig"], person=cast["ulla"])

    safety.assess_again(cast["solveig"], case.ref, "Ny trussel")

    assert letters("case-urgent") == ["rikke"]


def test_saying_it_twice_tells_once(cast, case, safety_task):
    for _ in range(2):
        safety.assess_again(cast["rasmus"], case.ref, "Ny trussel")

    assert letters("case-urgent") == ["rikke", "solveig"]


def test_a_case_without_a_safety_task_gets_one(cast, case):
    write(cast, case, THREAT)

    task = Task.get()
    assert (task.kind, task.due_on, task.must, task.assignee) == ("safety", TODAY, True, cast["solveig"])


def test_a_safety_task_that_was_laid_aside_is_taken_out_again(cast, case):
    task = a_task(case, kind="safety", box="safety", status="not-relevant", reason="ZQX",
                  closed_at=case.reported_at)  # fmt: skip

    write(cast, case, THREAT)

    assert (Task.get().ref, Task.get().closed_at, Task.get().due_on) == (task.ref, None, TODAY)


# ── the conclusion ──────────────────────────────────────────────────────────────────────────────────


def test_a_conclusion_rests_on_the_newest_assessment(cast, case):
    write(cast, case, QUIET)
    write(cast, case, QUIET, more="ZQX")

    conclude(cast, case)

    assert assessment.of_case(cast["rikke"], opened(cast["rikke"], case))[0].rests_on == 2


def test_a_conclusion_rests_on_the_one_that_was_seen_though_a_newer_came(cast, case):
    write(cast, case, QUIET)
    write(cast, case, QUIET)

    assert conclude(cast, case).assessment.number == 1
    with pytest.raises(Invalid):
        conclude(cast, case, seen_number=7)


def test_without_an_assessment_a_reason_is_enough(cast, case):
    assert conclude(cast, case).assessment is None


@pytest.mark.parametrize(
    "told", [{"answered": "yes", "answered_on": TODAY}, {"refused": "no"}, THREAT, {"sign_calls": "no"}]
)
def test_no_answer_ever_changes_a_conclusion(cast, case, told):
    """D-05: one answer decides nothing; a person concludes."""
    conclude(cast, case, ConclusionKind.STALKING)

    write(cast, case, told)

    assert [one.conclusion for one in Conclusion.select()] == [ConclusionKind.STALKING]


def test_danger_in_the_first_call_concludes_nothing(cast):
    said = suspicions.Report("Står udenfor", CitizenRole.EXPOSED, None, None, Answer.NO, Answer.YES)
    suspicions.report(cast["solveig"], said, None)

    assert Conclusion.select().count() == 0


def test_a_conflict_stays_readable_after_signs_of_stalking(cast, case):
    """SC-02: v1 mutual, v2 one-sided after a refusal; both with author, time and what they rest on."""
    write(cast, case, criterion_mutual="yes", refused="no")
    conclude(cast, case, ConclusionKind.CONFLICT)
    write(cast, case, criterion_mutual="no", refused="yes", refused_on=date(2026, 11, 2))
    conclude(cast, case, ConclusionKind.STALKING)

    found = assessment.of_case(cast["solveig"], opened(cast["solveig"], case))

    assert [(one.number, one.conclusion, one.writer.name, one.rests_on) for one in found] == [
        (2, "stalking", cast["rikke"].name, 2), (1, "conflict", cast["rikke"].name, 1),
    ]  # fmt: skip
    first = versions.numbered(versions.of_case(cast["solveig"], opened(cast["solveig"], case)), 1)
    assert lines(first)["Begge søger kontakt, og begge svarer igen"].value == "Ja"


# ── instruments ─────────────────────────────────────────────────────────────────────────────────────


def result(**said) -> dict[str, object]:
    values = {"instrument": "ZQX SARA-V3", "assessor": "ZQX Bo", "made_on": TODAY, "level": RiskLevel.HIGH}
    return {**values, **said}


def record(cast, case, **said) -> RiskRecord:
    return risk.record(cast["rasmus"], opened(cast["rasmus"], case), **result(**said))


def test_what_an_instrument_said_is_recorded_and_changes_nothing(cast, case):
    """D-27: the tool holds no instrument."""
    record(cast, case)

    (row,) = risk.of_case(cast["solveig"], opened(cast["solveig"], case))
    assert (row.instrument, row.level, row.writer.name) == ("ZQX SARA-V3", "high", cast["rasmus"].name)
    assert Conclusion.select().count() == 0
    assert not is_acute(case)
    assert b"ZQX" not in bytes(RiskRecord.select(RiskRecord.instrument).tuples().get()[0])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"made_on": date(2026, 11, 21)}, "made_on"),
        ({"valid_until": date(2026, 11, 19)}, "valid_until"),
        ({"level": RiskLevel.OTHER}, "level_text"),
    ],
)
def test_an_odd_record_is_refused_at_its_field(cast, case, said, field):
    with pytest.raises(Invalid) as refused:
        record(cast, case, **said)
    assert refused.value.field == field


def test_it_expires_the_day_after_it_was_valid(cast, case, clock):
    row = record(cast, case, valid_until=TODAY)
    before = risk.has_expired(row)

    clock.forward(days=1)

    assert (before, risk.has_expired(row), risk.has_expired(record(cast, case))) == (False, True, False)


# ── the questions themselves ────────────────────────────────────────────────────────────────────────


def test_the_ten_signs_are_there_and_nothing_is_counted():
    """D-05: the ten recognition questions, no scoring."""
    signs = [one for one in content.assessment().question if one.section == "signs"]

    assert {source for one in signs for source in one.sources} == {f"S1-{number}" for number in range(25, 35)}
    assert len(signs) == 10
    assert "score" not in Assessment._meta.fields


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "Two words"}, {"section": "none"}, {"form": "text", "danger": True}, {"sources": ()},
        {"sources": ("S9-99",)}, {"id": "began_on"},
    ],
)  # fmt: skip
def test_an_odd_question_stops_the_start(odd):
    found = content.assessment()
    good = {"id": "one_more", "section": "more", "text": "?", "form": "answer", "sources": ("S1-25",)}
    asked = questions.Assessment(found.section, (*found.question, questions.Question(**{**good, **odd})))

    with pytest.raises(SettingError, match=r"assessment\.toml"):
        questions.refuse_odd(asked, lambda sources: "S9-99" not in sources)


def test_something_else_between_the_two_needs_its_words(cast, case):
    mine = opened(cast["solveig"], case)

    with pytest.raises(Invalid) as refused:
        odd.assess(cast["solveig"], mine, {"relation": "other"})
    odd.assess(cast["solveig"], mine, {"relation": "other", "relation_text": "Kunde i butikken"})

    told = [
        line.value for part in versions.newest(versions.of_case(cast["solveig"], mine)).parts for line in part.lines
    ]
    assert refused.value.field == "relation_text"
    assert told == ["Andet", "Kunde i butikken"]
