"""Who the provider vouches for is one person here, with the roles it says, by the rules that hold for every role."""

import pytest

from skanderborg.domain import people, rules, sessions, staff
from skanderborg.domain.sso import arriving
from skanderborg.domain.sso.refusing import Refused
from skanderborg.errors import Invalid
from skanderborg.examples import PASSWORD
from skanderborg.kinds import EventKind, LetterKind, Role
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Relation
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Department, Identity, Membership, Person, Session
from tests.sso import NOBODY, SUBJECT, claims, with_provider


@pytest.fixture
def municipality(cast, settings):
    """`municipality(sso_tenant=…)`: settings of one whose provider knows Rikke, who keeps her role."""
    before = rules.current()

    def said(**lines):
        found = with_provider(settings, NOBODY, **lines)
        rules.configure(found.defaults)
        return found

    said()
    arriving.identify(SYSTEM, cast["rikke"], NOBODY.issuer, SUBJECT)
    yield said
    rules.configure(before)


def rikke(**more):
    return claims(NOBODY, **{"roles": ["resource-person"], **more})


def fresh(person):
    return Person.get(Person.ref == person.ref)


def test_who_is_known_by_subject_is_that_person_whatever_name_and_mail_the_provider_says(municipality, cast):
    found = arriving.arrived(municipality(), rikke(name="En Anden", email="admin@example.invalid"))

    assert found.person_id == cast["rikke"].ref
    assert fresh(cast["rikke"]).name == cast["rikke"].name


@pytest.mark.parametrize("subject", ["rikke", "4F2A-RIKKE", "4f2a-rikke ", "solveig@example.invalid"])
def test_nobody_is_known_by_name_or_mail_address(municipality, subject):
    with pytest.raises(Refused, match="ikke oprettet"):
        arriving.arrived(municipality(), rikke(sub=subject))


def test_a_subject_of_another_provider_is_nobody(municipality):
    with pytest.raises(Refused, match="ikke oprettet"):
        arriving.arrived(municipality(sso_issuer="https://andre.example.invalid"), rikke())


def test_a_login_belongs_to_one_person_alone(municipality, cast):
    with pytest.raises(Refused, match="anden bruger"):
        arriving.identify(SYSTEM, cast["jonas"], NOBODY.issuer, SUBJECT)

    assert Identity.get().person == cast["rikke"]


def test_that_a_login_was_tied_to_someone_is_an_event_and_a_letter_to_that_person(municipality, cast):
    letter = OutboxLetter.get(OutboxLetter.person == cast["rikke"])

    assert Event.select().where(Event.action == EventKind.PERSON_IDENTIFIED, Event.object_ref == cast["rikke"].ref)
    assert letter.kind == LetterKind.ACCOUNT_CHANGED


def test_who_is_unknown_comes_in_as_a_professional_where_that_is_set(municipality):
    settings = municipality(sso_unknown="professional")
    said = claims(NOBODY, sub="ny", name="Nina Ny", preferred_username="nina@x", email="nina@example.invalid")

    twice = [arriving.arrived(settings, said).person_id for _ in range(2)]

    person = people.by_username("nina")
    assert twice == [person.ref, person.ref]
    assert (person.name, person.roles, person.password_hash) == ("Nina Ny", "", None)


def test_who_has_the_user_name_of_another_here_is_not_let_into_that_account(municipality, cast):
    with pytest.raises(Refused, match="allerede en bruger"):
        arriving.arrived(municipality(sso_unknown="professional"), rikke(sub="ny", preferred_username="jonas@x"))

    assert not Identity.select().where(Identity.person == cast["jonas"]).exists()


def test_a_mail_address_of_elsewhere_lets_nobody_in(municipality):
    said = claims(NOBODY, sub="ny", preferred_username="nina", email="nina@gmail.example")

    with pytest.raises(Refused, match="kommunens domæner"):
        arriving.arrived(municipality(sso_unknown="professional"), said)


@pytest.mark.parametrize(
    "marks",
    [{"acct": 1}, {"acct": "1"}, {"userType": "Guest"}, {"idp": "https://sts.windows.net/others/"},
     {"preferred_username": "x_gmail.example#EXT#@kommune.example"}],
    ids=str,
)  # fmt: skip
def test_guests_are_refused(municipality, marks):
    with pytest.raises(Refused, match="gæst"):
        arriving.arrived(municipality(), rikke(**marks))


@pytest.mark.parametrize("marks", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
def test_too_many_groups_are_refused_in_words_and_never_read_as_no_roles(municipality, cast, marks):
    with pytest.raises(Refused, match="for mange grupper"):
        arriving.arrived(municipality(), rikke(roles=None, **marks))

    assert fresh(cast["rikke"]).roles == Role.RESOURCE_PERSON


def test_roles_come_and_go_with_the_app_roles_and_end_the_sessions_before(municipality, cast, settings):
    session, _ = sessions.sign_in("rikke", PASSWORD, "127.0.0.1", "x", settings.defaults)

    arriving.arrived(municipality(), rikke(roles=["auditor", "Noget.Andet"]))

    assert fresh(cast["rikke"]).roles == Role.AUDITOR
    assert Session.get(Session.ref == session.ref).ended_at
    assert Event.select().where(Event.action == EventKind.PERSON_CHANGED, Event.object_ref == cast["rikke"].ref)


def test_who_becomes_administrator_at_the_provider_sees_no_case_from_then_on(municipality, case, cast):
    arriving.arrived(municipality(), rikke(roles=["administrator"]))

    mine = (Relation.person == cast["rikke"], Relation.until_at.is_null())
    assert not Relation.select().where(*mine).exists()


def test_roles_that_nobody_may_have_at_once_let_nobody_in(municipality, cast):
    with pytest.raises(Refused, match="ser ingen sager"):
        arriving.arrived(municipality(), rikke(roles=["administrator", "resource-person"]))

    assert fresh(cast["rikke"]).roles == Role.RESOURCE_PERSON


def test_roles_are_given_here_where_the_setting_is_empty(municipality, cast):
    arriving.arrived(municipality(sso_roles={}), rikke(roles=["administrator"]))

    assert fresh(cast["rikke"]).roles == Role.RESOURCE_PERSON


def test_departments_follow_a_claim_by_key_or_name(municipality, cast):
    home = Department.get(Department.key == "jobcenter")

    arriving.arrived(municipality(sso_departments_claim="afd"), rikke(afd=[home.name.upper(), "Findes ikke"]))

    assert [row.department_id for row in Membership.select().where(Membership.person == cast["rikke"])] == [home.ref]


def test_a_closed_account_is_not_opened_by_the_provider(municipality, cast):
    staff.close(SYSTEM, cast["rikke"])

    with pytest.raises(Refused, match="lukket"):
        arriving.arrived(municipality(), rikke())


def test_with_emergency_accounts_alone_nobody_else_gets_in_by_password_or_a_link_for_one(municipality, cast):
    municipality(local_accounts="emergency", emergency_accounts=("admin",))

    with pytest.raises(Invalid, match="kommunens login"):
        sessions.offer_link(SYSTEM, cast["rikke"], rules.current())
    assert sessions.offer_link(SYSTEM, cast["admin"], rules.current())
