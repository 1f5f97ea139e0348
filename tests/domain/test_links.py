"""Two cases that have to do with each other: linked by who sees both, seen by nobody else (D-14, D-19; SEC-08, 10)."""

import pytest

from skanderborg.domain import access, cases, leaving, links, notes, parties, suspicions
from skanderborg.domain.access import contact
from skanderborg.domain.cases import identity
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, CitizenRole, LinkKind, PartyRole
from skanderborg.pages import history, overview
from skanderborg.pages import links as link_page
from skanderborg.store import chains
from skanderborg.store.cases import Case, CaseLink, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from tests.domain.test_suspicions import report
from tests.made import a_case, asked, opened

OPPOSING = LinkKind.OPPOSING_PARTY
GORMS = (("ulla", "primary-contact"), ("rikke", "resource"))


@pytest.fixture
def frida(cast):
    """The case of the one who stalks; Solveig is tovholder, Rikke the resource person, Rasmus takes part."""
    return a_case(cast, citizen_role="perpetrator")


@pytest.fixture
def gorm(cast):
    """The case of the exposed one; Ulla is tovholder, Rikke the resource person."""
    return a_case(cast, code="P9R4T", people=GORMS)


def linked(cast, case, code="P9R4T", kind=OPPOSING, by="rikke") -> CaseLink:
    return links.make(cast[by], opened(cast[by], case), code, kind, "ZQX nævnt ved navn")


def tie(case, person, kind):
    with begin():
        insert(Relation, case=case, person=person, kind=kind, from_at=case.reported_at)


def shown(cast, who, case):
    return [(one.link.kind, one.other.code) for one in link_page.of_case(cast[who], opened(cast[who], case))]


# ── linked ──────────────────────────────────────────────────────────────────────────────────────────


def test_who_sees_both_cases_links_them_and_finds_the_link_on_both(cast, frida, gorm):
    linked(cast, frida)

    assert shown(cast, "rikke", frida) == [(OPPOSING, "P9R4T")]
    assert shown(cast, "rikke", gorm) == [(OPPOSING, "K7F3Q")]


@pytest.mark.parametrize(("who", "code"), [("solveig", "K7F3Q"), ("rasmus", "K7F3Q"), ("ulla", "P9R4T")])
def test_who_sees_only_one_of_them_finds_no_trace_of_the_link(cast, frida, gorm, who, code):
    """D-19: neither on the page, on the front page, nor in the history."""
    linked(cast, frida)
    mine = frida if code == "K7F3Q" else gorm

    found = overview.of_case(cast[who], mine.ref)
    told = [entry.sentence for entry in history.of_case(cast[who], opened(cast[who], mine)).rows]

    assert shown(cast, who, mine) == []
    assert (found.links, found.duplicates) == ([], [])
    assert not [sentence for sentence in told if "anden sag" in sentence]


def test_both_histories_tell_of_it_to_who_sees_both(cast, frida, gorm):
    linked(cast, frida)

    for case in (frida, gorm):
        entries = history.of_case(cast["rikke"], opened(cast["rikke"], case)).rows
        assert entries[0].sentence == "forbandt sagen med en anden sag"
        assert ("Slags", "Modpart i anden sag") in [(one.what, one.after) for one in entries[0].changes]
        assert not chains.walk(chains.cut()).faults


def test_a_code_of_a_case_one_does_not_see_is_answered_as_one_that_does_not_exist(cast, frida, gorm):
    with pytest.raises(Invalid) as hidden:
        linked(cast, frida, by="solveig")
    with pytest.raises(Invalid) as missing:
        linked(cast, frida, code="Z9Z9Z", by="solveig")

    assert (str(hidden.value), hidden.value.field) == (str(missing.value), missing.value.field)


def test_a_code_is_understood_as_it_was_heard(cast, frida, gorm):
    linked(cast, frida, code=" p9 r4t")

    assert CaseLink.get().other == gorm


def test_a_case_is_not_linked_with_itself(cast, frida):
    with pytest.raises(Invalid):
        linked(cast, frida, code="K7F3Q")


def test_linking_the_same_two_again_changes_nothing_from_either_side(cast, frida, gorm):
    linked(cast, frida)
    linked(cast, gorm, code="K7F3Q")

    assert CaseLink.select().count() == 1


def test_a_participant_links_nothing(cast, frida, gorm):
    tie(gorm, cast["rasmus"], "participant")

    with pytest.raises(NotAllowed):
        linked(cast, frida, by="rasmus")


def test_an_ended_link_is_gone_and_stays_in_both_histories(cast, frida, gorm):
    made = linked(cast, frida)

    links.end(cast["rikke"], opened(cast["rikke"], gorm), made.ref)

    assert shown(cast, "rikke", frida) == []
    assert Event.select().where(Event.action == "link:ended").count() == 2


def test_who_sees_one_side_cannot_end_what_does_not_exist_for_them(cast, frida, gorm):
    made = linked(cast, frida)

    with pytest.raises(NotFound):
        links.end(cast["solveig"], opened(cast["solveig"], frida), made.ref)


def test_a_link_moves_no_stamp_and_no_version_of_either_case(cast, frida, gorm):
    before = {(row.ref, row.board_stamp, row.version) for row in Case.select()}

    linked(cast, frida)

    assert {(row.ref, row.board_stamp, row.version) for row in Case.select()} == before


# ── the wall ────────────────────────────────────────────────────────────────────────────────────────


def test_two_parties_whose_tovholder_is_one_person_are_not_linked_before_there_are_two(cast, frida):
    a_case(cast, code="P9R4T", people=(("solveig", "primary-contact"), ("rikke", "resource")))

    with pytest.raises(Invalid) as refused:
        linked(cast, frida)

    assert refused.value.field == "code"
    assert "hver sin" in str(refused.value)
    assert CaseLink.select().count() == 0


def test_nobody_becomes_tovholder_of_both_parties(cast, frida, gorm):
    """D-11, SEC-10: who does not see the other case is told nothing; the one who was asked cannot say yes."""
    linked(cast, frida)

    contact.offer(cast["solveig"], opened(cast["solveig"], frida), cast["ulla"], "Overtag")
    with pytest.raises(Invalid) as told_the_asked:
        contact.accept(cast["ulla"], asked(cast["ulla"], frida))
    contact.decline(cast["ulla"], frida.ref)
    with begin():
        insert(Relation, case=gorm, person=cast["solveig"], kind="participant", from_at=gorm.reported_at)
    with pytest.raises(Invalid) as told_who_sees_both:
        contact.offer(cast["solveig"], opened(cast["solveig"], frida), cast["ulla"], "Overtag", is_confirmed=True)

    assert "modpartens sag" in str(told_who_sees_both.value)
    assert "part" not in str(told_the_asked.value)


def test_an_offer_from_before_the_link_is_not_accepted_after_it(cast, frida, gorm):
    contact.offer(cast["solveig"], opened(cast["solveig"], frida), cast["ulla"], "Overtag")
    linked(cast, frida)

    with pytest.raises(Invalid):
        contact.accept(cast["ulla"], asked(cast["ulla"], frida))

    assert access.primary_contact(frida.ref) == cast["solveig"]


def test_the_tovholder_of_the_one_does_not_take_the_suspicion_about_the_other(cast, frida):
    case = report(cast, by="jonas")
    tie(frida, cast["ruth"], "participant")
    Relation.update(person=cast["rikke"]).where(Relation.case == frida, Relation.kind == "primary-contact").execute()
    links.make(cast["rikke"], opened(cast["rikke"], frida), case.code, OPPOSING, "samme par")

    with pytest.raises(Invalid):
        suspicions.take(cast["rikke"], case.ref)

    assert suspicions.take(cast["ruth"], case.ref).phase == "sparring"


def test_a_reporter_who_has_the_other_case_is_not_asked_to_be_tovholder(cast, gorm):
    case = report(cast, by="ulla")
    links.make(cast["rikke"], opened(cast["rikke"], gorm), case.code, OPPOSING, "samme par")

    assert suspicions.take(cast["ruth"], case.ref).offered_to_id is None


def test_access_to_the_other_side_wants_a_tick(cast, frida, gorm):
    linked(cast, frida)
    case = opened(cast["rikke"], gorm)

    with pytest.raises(Invalid) as warned:
        access.grant(cast["rikke"], case, cast["rasmus"], "Hjælper")

    assert warned.value.field == "anyway"
    assert access.grant(cast["rikke"], case, cast["rasmus"], "Hjælper", is_confirmed=True).person == cast["rasmus"]


def test_who_does_not_see_the_other_side_is_told_nothing_of_who_is_on_it(cast, frida, gorm):
    linked(cast, frida)

    assert access.grant(cast["ulla"], opened(cast["ulla"], gorm), cast["rasmus"], "Hjælper")
    assert access.grant(cast["ulla"], opened(cast["ulla"], gorm), cast["lars"], "Hjælper")


def test_whoever_inherits_a_case_is_not_tovholder_of_the_other_if_anyone_else_can(cast, frida, gorm):
    """D-11: never nobody, and where it can be, never the same."""
    tie(frida, cast["ruth"], "resource")
    Relation.update(person=cast["rikke"]).where(Relation.case == gorm, Relation.kind == "primary-contact").execute()
    links.make(cast["rikke"], opened(cast["rikke"], frida), "P9R4T", OPPOSING, "samme par")

    from_admin = cast["admin"]
    leaving.disable(from_admin, cast["solveig"])

    assert access.primary_contact(frida.ref) == cast["ruth"]


# ── the same names ──────────────────────────────────────────────────────────────────────────────────


def name_opposing(cast, who, case, name):
    return parties.add(cast[who], opened(cast[who], case), PartyRole.OPPOSING, parties.Details(name=name))


def named(cast, who, case, name):
    seen = opened(cast[who], case)
    return cases.describe(cast[who], seen, seen.version, citizen_role=CitizenRole(case.citizen_role),
                          children=Answer.NO, name=name, what_happened="x")  # fmt: skip


def alike(cast, who, case):
    return [(one.case.code, one.is_opposing) for one in overview.of_case(cast[who], case.ref).duplicates]


def test_a_citizen_who_is_the_opposing_party_elsewhere_warns_the_resource_person(cast, frida, gorm):
    name_opposing(cast, "ulla", gorm, "Frida Attrap")
    named(cast, "solveig", frida, "frida  attrap")

    assert alike(cast, "rikke", frida) == [("P9R4T", True)]
    assert alike(cast, "rikke", gorm) == [("K7F3Q", True)]
    assert alike(cast, "rasmus", frida) == []


def test_the_old_closed_case_of_the_same_pair_is_found_again_and_only_suggested(cast, gorm):
    """SC-02: the pair appears again; nothing is merged."""
    named(cast, "ulla", gorm, "Carl Testrup")
    Case.update(phase="closed", closed_at=gorm.reported_at).where(Case.ref == gorm.ref).execute()
    again = report(cast, by="jonas", name="Carl Testrup")

    assert alike(cast, "rikke", again) == [("P9R4T", False)]
    assert alike(cast, "ruth", again) == []
    assert CaseLink.select().count() == 0


def test_a_pair_that_is_linked_is_no_longer_suggested(cast, frida, gorm):
    name_opposing(cast, "ulla", gorm, "Frida Attrap")
    named(cast, "solveig", frida, "Frida Attrap")
    linked(cast, frida)

    found = overview.of_case(cast["rikke"], frida.ref)

    assert (found.duplicates, [one.kind for one in found.links]) == ([], [OPPOSING])


# ── going on elsewhere ──────────────────────────────────────────────────────────────────────────────


def continued(cast, case, by="rikke", code="P9R4T"):
    seen = opened(cast[by], case)
    return links.continue_in(cast[by], seen, code, "Hun ringede igen", seen.version)


@pytest.mark.parametrize("columns", [{"kind": "sparring-only"}, {"kind": "full"}], ids=["sparring only", "nameless"])
def test_a_case_without_a_name_goes_on_in_the_citizens_own_and_stays_readable(cast, gorm, columns):
    case = a_case(cast, **columns)
    notes.write(cast["solveig"], opened(cast["solveig"], case), "Opkald", "ZQX første samtale")

    closed = continued(cast, case)

    assert closed.phase == "closed"
    (link,) = link_page.of_case(cast["rikke"], opened(cast["rikke"], gorm))
    read = notes.of_case(cast["rikke"], opened(cast["rikke"], link.other)).rows
    assert (link.link.kind, [note.text for note in read]) == (LinkKind.SAME_PERSON, ["ZQX første samtale"])


def test_where_it_goes_on_is_told_to_nobody_who_does_not_see_it(cast, gorm):
    case = a_case(cast, kind="sparring-only")

    closed = continued(cast, case)

    assert closed.close_reason == "Fortsætter i en anden sag."
    assert overview.of_case(cast["solveig"], case.ref).links == []
    assert [one.other.code for one in overview.of_case(cast["rikke"], case.ref).links] == ["P9R4T"]


def test_a_named_full_case_does_not_vanish_into_another(cast, frida, gorm):
    named(cast, "solveig", frida, "Frida Attrap")

    with pytest.raises(Invalid):
        continued(cast, frida)


def test_a_stale_page_neither_links_nor_closes(cast, gorm):
    case = a_case(cast, kind="sparring-only")

    with pytest.raises(Conflict):
        links.continue_in(cast["rikke"], opened(cast["rikke"], case), "P9R4T", "x", 7)

    assert CaseLink.select().count() == 0


def test_a_case_without_a_name_is_named_later(cast, frida):
    """D-03: nothing of the person is asked for on the phone."""
    assert identity.bar(frida).initials == "Uden navn"

    named(cast, "solveig", frida, "Frida Attrap")

    assert identity.bar(frida).initials == "F. A."


@pytest.mark.parametrize("name", ["Ukendt", "Anonym borger", "A. B."])
def test_what_fits_anybody_suggests_nothing(cast, frida, gorm, name):
    name_opposing(cast, "ulla", gorm, name)
    named(cast, "solveig", frida, name)

    assert alike(cast, "rikke", frida) == alike(cast, "rikke", gorm) == []


def test_a_name_still_does_beside_one_that_fits_anybody(cast, frida, gorm):
    name_opposing(cast, "solveig", frida, "Carl Testrup")
    named(cast, "solveig", frida, "Ukendt")
    named(cast, "ulla", gorm, "Carl Testrup")
    unknown = a_case(cast, code="M2D8H", people=GORMS)
    named(cast, "ulla", unknown, "Ukendt")

    assert alike(cast, "rikke", frida) == [("P9R4T", True)]


def test_a_case_of_nobody_known_may_go_on_in_another(cast, frida):
    named(cast, "solveig", frida, "Anonym")

    assert links.may_continue_elsewhere(opened(cast["solveig"], frida))
