"""Consents and the ledger: what was told to whom and on which basis, and what a yes that is taken back stops."""

from datetime import date, datetime

import pytest

from skanderborg.domain import referrals
from skanderborg.domain.requests import answers, sending
from skanderborg.domain.sharing import consents, ledger
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, Basis, ConsentWay, Outcome, ReferralWay, RequestGroup, RequestSide, Validity
from skanderborg.pages import history, requests
from skanderborg.store.events import Event
from skanderborg.store.record import Consent, Disclosure
from skanderborg.store.work import Deadline, Reminder
from tests.made import a_case, a_request, asked, asked_of, letters, now, opened, task_of

TODAY = date(2026, 11, 20)


def given(scope="Skolen må vide det", on=TODAY, expires_on=None) -> consents.Given:
    return consents.Given(scope, ConsentWay.SPOKEN, on, expires_on)


def a_consent(cast, case, who="solveig", **said) -> Consent:
    made = consents.give(cast[who], opened(cast[who], case), given(**said))
    return consents.one(cast[who], opened(cast[who], case), made.ref)


def take_back(cast, consent, on=TODAY, who="solveig") -> Consent:
    seen = consents.one(cast[who], opened(cast[who], consent.case), consent.ref)
    return consents.withdraw(cast[who], seen, on, "Hun har ombestemt sig", seen.version)


def tell(cast, case, who="solveig", **said) -> Disclosure:
    values = {"what": "At hun flytter", "to_whom": "Skolen", "why": "De skal ændre hentning", "basis": Basis.NECESSARY,
              "on": TODAY, "consent": None}  # fmt: skip
    return ledger.tell(cast[who], opened(cast[who], case), ledger.Disclosed(**{**values, **said}))


def in_ledger(cast, case) -> list[Disclosure]:
    return ledger.of_case(cast["solveig"], opened(cast["solveig"], case)).rows


# ── consents ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_consent_has_scope_way_and_date_and_is_sealed(cast, case):
    """D-25."""
    consent = a_consent(cast, case, scope="ZQX skolen")

    assert (consent.scope, consent.way, consent.given_on) == ("ZQX skolen", ConsentWay.SPOKEN, TODAY)
    assert b"ZQX" not in bytes(Consent.select(Consent.scope).tuples().get()[0])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scope": None}, "consent_scope"),
        ({"on": None}, "consent_on"),
        ({"on": date(2026, 11, 21)}, "consent_on"),
        ({"expires_on": date(2026, 11, 19)}, "consent_expires"),
    ],
)
def test_what_cannot_be_a_consent_is_refused(cast, case, wrong, field):
    with pytest.raises(Invalid) as refused:
        a_consent(cast, case, **wrong)
    assert refused.value.field == field


def test_the_tovholder_is_reminded_before_a_consent_runs_out(cast, case):
    consent = a_consent(cast, case, expires_on=date(2027, 2, 15))

    assert (Deadline.get().kind, Deadline.get().about) == ("consent-expires", f"consent:{consent.ref}")


def test_a_consent_that_is_taken_back_reminds_nobody(cast, case):
    take_back(cast, a_consent(cast, case, expires_on=date(2027, 2, 15)))

    assert Deadline.get().void_at is not None


def test_consents_are_marked_by_whether_they_hold(cast, case, clock):
    """D-25."""
    expires = a_consent(cast, case, expires_on=date(2026, 11, 25))
    holds, back = a_consent(cast, case), a_consent(cast, case)
    take_back(cast, back)
    clock.move_to(datetime(2026, 11, 26, 9, 0))

    listed = consents.of_case(cast["solveig"], opened(cast["solveig"], case))

    marks = {consent.ref: consents.validity(consent, date(2026, 11, 26)) for consent in listed}
    assert marks == {expires.ref: Validity.EXPIRED, holds.ref: Validity.VALID, back.ref: Validity.WITHDRAWN}
    assert listed[0].ref == holds.ref


def test_a_consent_holds_on_its_last_day(cast, case):
    consent = a_consent(cast, case, expires_on=TODAY)

    assert consents.validity(consent, TODAY) == Validity.VALID


@pytest.mark.parametrize("on", [None, date(2026, 11, 21), date(2026, 11, 18)])
def test_a_consent_is_taken_back_between_the_day_it_was_given_and_today(cast, case, on):
    consent = a_consent(cast, case, on=date(2026, 11, 19))

    with pytest.raises(Invalid) as refused:
        take_back(cast, consent, on)
    assert refused.value.field == "withdrawn_on"


def test_taking_it_back_twice_changes_nothing(cast, case):
    first = take_back(cast, a_consent(cast, case))

    assert take_back(cast, first).version == first.version
    assert Event.select().where(Event.action == "consent:withdrawn").count() == 1


def test_of_two_who_take_it_back_at_once_the_second_is_told(cast, case):
    consent = a_consent(cast, case)

    with pytest.raises(Conflict):
        consents.withdraw(cast["solveig"], consent, TODAY, None, seen_version=7)


def test_a_participant_writes_consents_and_who_was_only_asked_does_not(cast):
    case = a_case(cast, offered_to=cast["lars"])

    assert a_consent(cast, case, "rasmus").by_id == cast["rasmus"].ref
    with pytest.raises(NotAllowed):
        consents.give(cast["lars"], asked(cast["lars"], case), given())


def test_a_closed_case_takes_no_consent_and_no_row(cast):
    case = a_case(cast, phase="closed", closed_at=a_case(cast, "OTHER").reported_at)

    with pytest.raises(Invalid, match="afsluttet"):
        a_consent(cast, case)
    with pytest.raises(Invalid, match="afsluttet"):
        tell(cast, case)


def test_a_consent_of_another_case_is_not_found(cast, case):
    other = a_consent(cast, a_case(cast, "OTHER"))

    with pytest.raises(NotFound):
        consents.one(cast["solveig"], opened(cast["solveig"], case), other.ref)


# ── requests rest on a consent ────────────────────────────────────────────────────────────────────────


def on_file(consent: Consent) -> consents.Chosen:
    return consents.Chosen(consent.ref)


def test_a_request_that_the_citizen_said_yes_to_names_the_consent(cast, case):
    """D-07, D-25."""
    consent = a_consent(cast, case)

    request = a_request(cast["solveig"], case, consent=on_file(consent))

    assert request.consent_id == consent.ref
    assert Consent.select().count() == 1


def test_a_consent_can_be_written_down_with_the_request(cast, case):
    request = a_request(cast["solveig"], case, consent=consents.Chosen(None, given("Jobcentret må hjælpe")))

    assert request.consent.scope == "Jobcentret må hjælpe"


@pytest.mark.parametrize("chosen", [None, consents.Chosen(None), consents.Chosen(None, given(scope=None))])
def test_a_yes_that_no_consent_says_sends_nothing(cast, case, chosen):
    with pytest.raises(Invalid) as refused:
        a_request(cast["solveig"], case, consent=chosen)

    assert refused.value.field == "consent_scope"
    assert letters("request-new") == []


def test_both_a_consent_on_file_and_a_new_one_is_asked_about(cast, case):
    consent = a_consent(cast, case)

    with pytest.raises(Invalid) as refused:
        a_request(cast["solveig"], case, consent=consents.Chosen(consent.ref, given()))
    assert refused.value.field == "consent"


def test_a_consent_that_ran_out_was_taken_back_or_is_another_cases_carries_no_request(cast, case, clock):
    back, other = take_back(cast, a_consent(cast, case)), a_consent(cast, a_case(cast, "OTHER"))
    expires = a_consent(cast, case, expires_on=date(2026, 11, 21))
    clock.move_to(datetime(2026, 11, 23, 9, 0))

    for consent in (back, other, expires):
        with pytest.raises(Invalid) as refused:
            a_request(cast["solveig"], case, consent=on_file(consent))
        assert refused.value.field == "consent"


def test_another_basis_needs_no_consent(cast, case):
    assert a_request(cast["solveig"], case, basis=Basis.NECESSARY).consent_id is None
    assert Consent.select().count() == 0


def test_what_was_held_back_can_be_let_go_on_a_consent(cast, case):
    held, consent = a_request(cast["solveig"], case, basis=Basis.UNSURE), a_consent(cast, case)

    seen = asked_of(cast["rikke"], held)
    sent = sending.release(cast["rikke"], seen, Basis.CONSENT, seen.version, on_file(consent))

    assert (sent.status, sent.consent_id) == ("sent", consent.ref)


# ── the ledger ────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_that_is_sent_stands_in_the_ledger_without_its_words(cast, case):
    """D-07, D-25."""
    request = a_request(cast["solveig"], case, ask="ZQX mødepligten")

    (entry,) = in_ledger(cast, case)
    assert (entry.about, entry.to_whom, entry.basis) == (f"request:{request.ref}", "Jobcenter", Basis.CONSENT)
    assert (entry.on, entry.writer.name, entry.consent.ref) == (TODAY, "Solveig Sand", request.consent_id)
    assert "ZQX" not in f"{entry.what}{entry.why}"


def test_the_ledger_says_whether_the_name_was_told(cast, case):
    a_request(cast["solveig"], case, who=None, rings_with_name=True)

    assert in_ledger(cast, case)[0].what == "Anmodningens tekst, uden navn"


def test_what_is_held_back_was_told_to_nobody_until_it_is_let_go(cast, case):
    held = a_request(cast["solveig"], case, basis=Basis.UNSURE)
    assert in_ledger(cast, case) == []

    sending.release(cast["rikke"], asked_of(cast["rikke"], held), Basis.NECESSARY, held.version)

    assert [(entry.basis, entry.by_id) for entry in in_ledger(cast, case)] == [("necessary", cast["rikke"].ref)]


def refer(cast, case, way) -> None:
    contacted = {
        "organisation": "dsc",
        "way": way,
        "on": date(2026, 11, 19),
        "consents": True,
        "result": "ZQX ringer selv",
    }
    referrals.record(cast["solveig"], opened(cast["solveig"], case), **contacted)


@pytest.mark.parametrize("way", [ReferralWay.CALLED_TOGETHER, ReferralWay.PASSED_ON])
def test_a_referral_that_tells_of_the_citizen_stands_in_the_ledger(cast, case, way):
    """D-25."""
    refer(cast, case, way)

    (entry,) = in_ledger(cast, case)
    assert (entry.to_whom, entry.basis, entry.on) == ("Dansk Stalking Center", Basis.CONSENT, date(2026, 11, 19))


@pytest.mark.parametrize("way", [ReferralWay.NUMBER_GIVEN, ReferralWay.DECLINED])
def test_a_number_that_was_given_tells_nobody_anything(cast, case, way):
    refer(cast, case, way)

    assert in_ledger(cast, case) == []


def test_the_yes_to_pass_a_contact_on_is_a_consent_that_can_be_taken_back(cast, case):
    refer(cast, case, ReferralWay.PASSED_ON)

    consent = consents.one(cast["solveig"], opened(cast["solveig"], case), Consent.get().ref)
    assert (consent.scope, consent.given_on) == (
        "At kontakten sendes videre til Dansk Stalking Center", date(2026, 11, 19),
    )  # fmt: skip
    assert [entry.to_whom for entry in ledger.under(cast["solveig"], consent)] == ["Dansk Stalking Center"]


def test_what_was_told_by_word_of_mouth_is_written_down_sealed(cast, case):
    tell(cast, case, what="ZQX at hun flytter")

    assert in_ledger(cast, case)[0].what == "ZQX at hun flytter"
    assert b"ZQX" not in bytes(Disclosure.select(Disclosure.what).tuples().get()[0])


def test_what_was_told_on_a_consent_names_one_that_held_that_day(cast, case):
    consent = a_consent(cast, case, on=date(2026, 11, 19))
    take_back(cast, consent)

    told = tell(cast, case, basis=Basis.CONSENT, on=date(2026, 11, 19), consent=consent.ref)

    assert told.consent_id == consent.ref
    for wrong in ({"consent": None}, {"consent": consent.ref, "on": date(2026, 11, 18)}):
        with pytest.raises(Invalid) as refused:
            tell(cast, case, basis=Basis.CONSENT, **wrong)
        assert refused.value.field == "consent"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"on": None}, "on"), ({"on": date(2026, 11, 21)}, "on"), ({"basis": Basis.UNSURE}, "basis")]
)
def test_what_cannot_have_been_told_is_refused(cast, case, wrong, field):
    with pytest.raises(Invalid) as refused:
        tell(cast, case, **wrong)
    assert refused.value.field == field


def test_the_ledger_shows_the_newest_first_and_is_paged(cast, case, bounds):
    bounds(rows_a_page=1)
    for day in (17, 19, 18):
        tell(cast, case, on=date(2026, 11, day))

    seen = opened(cast["solveig"], case)
    pages = [ledger.of_case(cast["solveig"], seen, number) for number in (1, 2, 3)]
    assert [page.rows[0].on.day for page in pages] == [19, 18, 17]
    assert [page.has_more for page in pages] == [True, True, False]


def test_history_tells_what_was_told_in_words(cast, case):
    tell(cast, case)

    entry = history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows[0]
    assert entry.sentence == "skrev ned, hvad der er fortalt videre"
    assert ("Til hvem", "Skolen") in [(change.what, change.after) for change in entry.changes]


# ── a consent that is taken back ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def paused(cast, case, request_):
    """Jobcenter was asked with the citizen's yes, which she then took back."""
    take_back(cast, request_.consent)
    return request_


def test_open_requests_that_rest_on_it_are_put_on_pause_and_those_who_owe_the_answer_told(cast, case, paused):
    """D-25."""
    assert now(paused).frozen_at is not None
    assert letters("request-frozen") == ["jonas"]
    assert letters("request-new") == []
    assert not Reminder.select().where(Reminder.request == paused.ref, Reminder.void_at.is_null()).exists()
    assert task_of(paused).status == "active"


def test_what_was_shared_is_not_told_again_to_whoever_was_slower_than_the_withdrawal(cast, case, request_):
    asked = asked_of(cast["jonas"], request_)
    answers.ask(cast["jonas"], asked, "Hvilke dage?", asked.version)
    mine = asked_of(cast["solveig"], request_)
    answers.reply(cast["solveig"], mine, "Hun bor hos sin søster om fredagen", mine.version)
    take_back(cast, request_.consent)

    told = history.since(cast["jonas"], now(request_), asked.version)

    assert told.entries
    assert "søster" not in repr(told)
    assert "søster" in repr(history.since(cast["solveig"], now(request_), asked.version))


def test_requests_on_another_basis_or_already_answered_go_on(cast, case):
    necessary = a_request(cast["solveig"], case, basis=Basis.NECESSARY)
    answered = a_request(cast["solveig"], case)
    asked = asked_of(cast["jonas"], answered)
    answers.answer(cast["jonas"], asked, "Ja", Outcome.DONE, asked.version)

    take_back(cast, answered.consent)

    assert (now(necessary).frozen_at, now(answered).frozen_at) == (None, None)
    assert letters("request-frozen") == []


def test_what_was_shared_under_it_is_listed(cast, request_):
    """D-25."""
    consent = take_back(cast, request_.consent)

    assert [entry.about for entry in ledger.under(cast["solveig"], consent)] == [f"request:{request_.ref}"]


def test_the_department_sees_only_how_to_contact_and_that_it_must_stop(cast, case):
    request = a_request(cast["solveig"], case)
    answers.ask(cast["jonas"], asked_of(cast["jonas"], request), "Hvilke dage?", request.version)
    take_back(cast, request.consent)

    seen = requests.opened(cast["jonas"], request.ref)

    assert (seen.ask, seen.who, seen.messages) == (None, None, [])
    assert seen.contact_rules == "Ring aldrig hjem"
    (listed,) = requests.index(cast["jonas"], RequestSide.TO_US, RequestGroup.QUESTION, 1).rows
    assert (listed.ask, listed.who) == (None, None)


def test_who_is_on_the_case_still_reads_it(cast, paused):
    assert requests.opened(cast["rasmus"], paused.ref).ask == "Kan mødepligten flyttes?"


def test_nobody_acts_on_it_until_it_is_let_go(cast, paused):
    seen, mine = asked_of(cast["jonas"], paused), asked_of(cast["solveig"], paused)

    for act in (
        lambda: answers.take(cast["jonas"], seen, seen.version),
        lambda: answers.ask(cast["jonas"], seen, "Hvornår?", seen.version),
        lambda: answers.answer(cast["jonas"], seen, "Ja", Outcome.DONE, seen.version),
        lambda: answers.send_back(cast["jonas"], seen, "Nej", None, seen.version),
        lambda: answers.reply(cast["solveig"], mine, "Tirsdag", mine.version),
        lambda: answers.send_reminder(cast["solveig"], mine),
    ):
        with pytest.raises(Conflict, match="sat på pause"):
            act()


def test_it_waits_for_the_asker_and_no_longer_for_the_department(cast, paused):
    assert [row.ref for row in requests.waiting_for(cast["solveig"])] == [paused.ref]
    assert requests.waiting_for(cast["jonas"]) == []


def test_the_asker_may_withdraw_it_and_the_department_is_told(cast, paused):
    seen = asked_of(cast["solveig"], paused)

    answers.withdraw(cast["solveig"], seen, "Hun vil ikke", seen.version)

    assert letters("request-withdrawn") == ["jonas"]


def resume(cast, request, basis=Basis.NECESSARY, who="solveig", consent=None):
    seen = asked_of(cast[who], request)
    return sending.resume(cast[who], seen, basis, seen.version, consent)


def test_it_goes_on_on_another_basis_and_stands_in_the_ledger_again(cast, case, paused, clock):
    clock.forward(minutes=5)

    resumed = resume(cast, paused)

    assert (resumed.frozen_at, resumed.basis, resumed.consent_id, resumed.status) == (None, "necessary", None, "sent")
    assert letters("request-new") == ["jonas"]
    assert Reminder.select().where(Reminder.request == paused.ref, Reminder.void_at.is_null()).count() == 3
    assert [entry.basis for entry in in_ledger(cast, case)] == ["necessary", "consent"]
    assert requests.opened(cast["jonas"], paused.ref).ask == "Kan mødepligten flyttes?"


def test_it_goes_on_where_it_stood(cast, case):
    request = a_request(cast["solveig"], case)
    answers.take(cast["jonas"], asked_of(cast["jonas"], request), request.version)
    take_back(cast, request.consent)

    assert resume(cast, request).status == "taken"


def test_it_does_not_go_on_on_the_yes_that_was_taken_back(cast, paused):
    with pytest.raises(Invalid) as refused:
        resume(cast, paused, Basis.CONSENT, consent=consents.Chosen(paused.consent_id))
    assert refused.value.field == "consent"


def test_it_goes_on_on_a_new_yes(cast, case, paused):
    consent = a_consent(cast, case)

    assert resume(cast, paused, Basis.CONSENT, consent=on_file(consent)).consent_id == consent.ref


def test_an_unsure_basis_lets_nothing_go_on(cast, paused):
    with pytest.raises(Invalid) as refused:
        resume(cast, paused, Basis.UNSURE)
    assert refused.value.field == "basis"


def test_what_is_not_on_pause_is_not_let_go_on(cast, request_):
    with pytest.raises(Conflict):
        resume(cast, request_)


def test_a_request_that_only_a_named_person_may_know_tells_that_person_alone(cast, case):
    request = a_request(
        cast["solveig"], case, to="boern-unge", named=cast["ulla"], party_works_there=Answer.UNKNOWN
    )  # fmt: skip

    take_back(cast, request.consent)

    assert letters("request-frozen") == ["ulla"]
