"""Who it is that the provider vouches for: a person here, with the roles and departments that the provider says.

A person is known by issuer and subject, never by a mail address or a name, which others may be given. What the provider
says of roles goes the way that every change of a member of staff goes (domain/staff.py), with its rules and letters.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from ... import clock
from ...addresses import Place
from ...errors import Invalid
from ...kinds import EventKind, LetterKind, Role
from ...mail import outbox
from ...policy import SYSTEM, Action, Actor
from ...settings import Settings
from ...store import events
from ...store.db import insert, remove, transaction
from ...store.people import Department, Identity, Person, Session
from .. import people, sessions, staff
from ..verbs import verb
from .refusing import Refused

Claims = Mapping[str, Any]
GUEST = "Du er gæst hos kommunens login. Kun kommunens egne medarbejdere kan logge ind i Koordinering."
OVERAGE = (
    "Kommunens login kan ikke fortælle, hvilke roller du har, fordi du er medlem af for mange grupper. "
    "Bed it-afdelingen om at give dig rollen direkte i Koordinering hos login."
)
UNKNOWN = "Du er ikke oprettet i Koordinering. Bed it-afdelingen om det."
TAKEN = "Der er allerede en bruger med dit brugernavn i Koordinering. Bed it-afdelingen om at knytte den til dit login."
CLOSED = "Din bruger i Koordinering er lukket. Bed it-afdelingen om at genåbne den."
ANOTHER = "Den, der loggede ind hos kommunens login, er en anden end dig. Begynd forfra, og log ind som dig selv."

OLD = "Kommunens login bekræftede ikke på ny, at det er dig. Prøv igen, og log ind på ny, når du bliver spurgt."
ANOTHER_FORM = "Formularen er ændret, siden du begyndte at bekræfte. Send den igen, og bekræft så."


@verb(Action.PEOPLE_MANAGE)
def identify(actor: Actor, person: Person, issuer: str, subject: str) -> Identity:
    """Let whom a provider knows by that subject be this person from now on; told to the person. Raises Refused where
    it is somebody else already. Doing it twice changes nothing."""
    found = _identity(issuer, subject)
    if found:
        if found.person_id != person.ref:
            raise Refused("subject of another", "Det login hører allerede til en anden bruger.")
        return found
    identity = insert(Identity, issuer=issuer, subject=subject, person=person, created_at=clock.now())
    events.record(actor, EventKind.PERSON_IDENTIFIED, person)
    key = f"identified:{identity.ref}"
    outbox.put(LetterKind.ACCOUNT_CHANGED, person, key=key, about=person, opens=Place.PROFILE)
    return identity


@verb(Action.PEOPLE_MANAGE)
def release(actor: Actor, person: Person) -> int:
    """Let nobody at a provider be this person any more, and end the person's sessions; returns how many were."""
    sessions.end_all(person, clock.now())
    mine = Identity.person == person.ref
    Session.update(identity=None).where(Session.person == person.ref).execute()
    count = Identity.select().where(mine).count()
    if count:
        remove(Identity, mine)
        events.record(actor, EventKind.PERSON_RELEASED, person)
    return count


def arrived(settings: Settings, claims: Claims) -> Identity:
    """Whom the claims of an ID token are about, brought up to date. Raises Refused, in words for whoever it is."""
    _refuse_guest(settings, claims)
    _refuse_overage(settings, claims)
    subject = subject_of(settings, claims)
    try:
        identity = _identity(settings.defaults.sso_issuer, subject) or _welcome(SYSTEM, settings, claims, subject)
        _refuse_closed(identity.person)
        _follow(settings, identity.person, claims)
    except Invalid as error:  # of staff.add and staff.change: roles at odds, a mail address of elsewhere
        raise Refused("the account", error.message) from None
    return identity


@transaction
def begin(
    settings: Settings, identity: Identity, claims: Claims, kept: sessions.Kept, browser: str
) -> tuple[Session, str]:
    """Start a session of whom the provider vouched for. Raises Refused where the account was closed meanwhile."""
    before = sessions.hold(identity.person, kept)
    person = Person.get(Person.ref == identity.person_id)
    _refuse_closed(person)
    sid = claims.get("sid")
    columns: dict[str, Any] = {
        "identity": identity,
        "sid_hash": sid_hash(identity.issuer, sid) if isinstance(sid, str) else None,
    }
    return sessions.start(person, before, kept, browser, settings.defaults, **columns)


@transaction
def write_refusal(settings: Settings, claims: Claims) -> None:
    """Write down that someone whom the provider vouched for was not let in."""
    subject = str(claims.get(settings.defaults.sso_subject_claim))
    found = _identity(settings.defaults.sso_issuer, subject)
    sessions.write_refusal(found.person if found else None, subject)


def subject_of(settings: Settings, claims: Claims) -> str:
    """By what the provider knows someone for good. Raises Refused."""
    subject = claims.get(settings.defaults.sso_subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Refused("no subject")
    return subject


def sid_hash(issuer: str, sid: str) -> str:
    """Under what a session of the provider's lies here."""
    return hashlib.sha256(f"{issuer} {sid}".encode()).hexdigest()


def _identity(issuer: str, subject: str) -> Identity | None:
    query = Identity.select(Identity, Person).join(Person)
    return query.where(Identity.issuer == issuer, Identity.subject == subject).first()


def _refuse_closed(person: Person) -> None:
    if sessions.is_closed(person):
        raise Refused("closed", CLOSED)


def _refuse_guest(settings: Settings, claims: Claims) -> None:
    """Someone of another organisation, as Microsoft Entra marks them."""
    said, issuer = settings.defaults, settings.defaults.sso_issuer
    home = claims.get("idp", issuer)
    names = [str(claims.get(name, "")) for name in ("preferred_username", "upn", "email")]
    is_of_elsewhere = home != issuer and not (said.sso_tenant and said.sso_tenant in str(home))
    marked = str(claims.get("acct", "0")) != "0" or str(claims.get("userType", "")).casefold() == "guest"
    if is_of_elsewhere or marked or any("#ext#" in name.casefold() for name in names):
        raise Refused("guest", GUEST)


def _refuse_overage(settings: Settings, claims: Claims) -> None:
    """Where there are too many groups for a token, it says where to ask for them instead: that is not «no roles»."""
    if "_claim_names" in claims or "_claim_sources" in claims or claims.get("hasgroups"):
        raise Refused("overage", OVERAGE)


@transaction
def _welcome(actor: Actor, settings: Settings, claims: Claims, subject: str) -> Identity:
    """Take in someone who is not known yet, where the setting says so."""
    said = settings.defaults
    if said.sso_unknown == "refuse":
        raise Refused("unknown", UNKNOWN)
    if found := _identity(said.sso_issuer, subject):  # somebody who pressed twice
        return found
    username = _username(claims, subject)
    if Person.select().where(Person.username == username).exists():
        raise Refused("user name taken", TAKEN)
    name, email = str(claims.get("name", "")), str(claims.get("email", ""))
    person = staff.add(actor, username, name, email, [], [], said.mail_domains)
    return identify(actor, person, said.sso_issuer, subject)


def _username(claims: Claims, subject: str) -> str:
    """What stands before the @ of what the provider calls them; where that cannot be one, something of our own."""
    named = str(claims.get("preferred_username", "")).partition("@")[0].casefold()
    return named if people.USERNAME.fullmatch(named) else f"sso-{hashlib.sha256(subject.encode()).hexdigest()[:12]}"


def _follow(settings: Settings, person: Person, claims: Claims) -> None:
    """Give someone the roles and departments that the provider says, and take the others."""
    said: dict[str, Any] = {}
    if settings.defaults.sso_roles:
        said["roles"] = _roles(settings, claims)
    if settings.defaults.sso_departments_claim in claims:
        said["departments"] = _departments(settings, claims)
    if said:
        staff.change(SYSTEM, person, said, settings.defaults.mail_domains)


def _roles(settings: Settings, claims: Claims) -> list[Role]:
    """Our roles of the app roles that it names; those of other programs are nobody's here."""
    ours = settings.defaults.sso_roles
    return sorted({ours[name] for name in _names(claims, settings.defaults.sso_roles_claim) if name in ours})


def _departments(settings: Settings, claims: Claims) -> list[str]:
    """Keys of the departments that it names, by key or name; one that is not in use here is none."""
    named = {name.casefold() for name in _names(claims, settings.defaults.sso_departments_claim)}
    in_use = Department.select().where(Department.retired_at.is_null())
    return [row.key for row in in_use if named & {row.key.casefold(), row.name.casefold()}]


def _names(claims: Claims, name: str) -> list[str]:
    value = claims.get(name, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise Refused(f"claim {name}")
    return names
