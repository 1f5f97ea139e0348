"""A case handed to another municipality: what, to whom, on which basis (D-25)."""

from datetime import date

import pytest

from skanderborg.domain import parties, transfer
from skanderborg.domain.sharing import consents, ledger
from skanderborg.errors import Invalid, NotAllowed
from skanderborg.kinds import Basis, ConsentWay, PartyRole, Protection
from skanderborg.store.cases import Transfer
from skanderborg.store.db import begin, insert
from skanderborg.store.record import Consent
from tests.made import opened

TODAY = date(2026, 11, 20)


def handed_on(cast, case, who="solveig", **said):
    values = {"municipality": "Odder Kommune", "receiver": "Familieafdelingen", "what": "Afdækning og sikkerhedsplan",
              "basis": Basis.NECESSARY, "on": TODAY}  # fmt: skip
    return transfer.hand_on(cast[who], opened(cast[who], case), transfer.PassedOn(**{**values, **said}))


def test_what_was_passed_on_stands_with_its_basis_and_in_the_ledger(cast, case):
    made = handed_on(cast, case)

    (told,) = ledger.of_case(cast["solveig"], opened(cast["solveig"], case)).rows
    assert (made.basis, made.on) == ("necessary", TODAY)
    assert (told.about, told.what) == (f"transfer:{made.ref}", "Afdækning og sikkerhedsplan")
    assert told.to_whom == "Odder Kommune, Familieafdelingen"


def test_a_consent_is_written_down_along_with_it(cast, case):
    given = consents.Given("Odder må få sikkerhedsplanen", ConsentWay.SPOKEN, TODAY)

    handed_on(cast, case, basis=Basis.CONSENT, consent=consents.Chosen(None, given))

    assert Consent.get().scope == "Odder må få sikkerhedsplanen"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"on": date(2026, 11, 21)}, "on"), ({"on": None}, "on"), ({"basis": Basis.UNSURE}, "basis"),
     ({"basis": Basis.SECTION_115}, "basis"), ({"basis": Basis.CONSENT}, "consent_scope")],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(cast, case, said, field):
    with pytest.raises(Invalid) as refused:
        handed_on(cast, case, **said)

    assert refused.value.field == field
    assert Transfer.select().count() == 0


def test_a_participant_hands_nothing_on(cast, case):
    with pytest.raises(NotAllowed):
        handed_on(cast, case, who="rasmus")


def test_the_case_stays_open_and_its_closing_is_worded(cast, case):
    handed_on(cast, case)

    seen = opened(cast["solveig"], case)
    assert seen.closed_at is None
    assert transfer.closing_reason(cast["solveig"], seen) == "Overdraget til Odder Kommune 20.11.2026."


def test_special_address_protection_is_to_be_continued_there(cast, case):
    """D-22: the new municipality must continue it."""
    from_before = transfer.has_special_protection(cast["solveig"], opened(cast["solveig"], case))
    with begin():
        insert(transfer.Party, case=case, role="citizen", protection="special", created_at=case.reported_at)

    assert not from_before
    assert transfer.has_special_protection(cast["solveig"], opened(cast["solveig"], case))


@pytest.mark.parametrize(("protection", "is_told"), [(Protection.SPECIAL, True), (Protection.NONE, False)])
def test_cpr6_a_transfer_says_that_special_protection_must_be_continued(cast, case, protection, is_told):
    said = parties.Details(name="Tante", protection=protection)
    parties.add(cast["solveig"], opened(cast["solveig"], case), PartyRole.RELATIVE, said)

    made = handed_on(cast, case)

    (entry,) = ledger.of_case(cast["solveig"], opened(cast["solveig"], case)).rows
    assert (transfer.CONTINUE in made.what, transfer.CONTINUE in entry.what) == (is_told, is_told)
