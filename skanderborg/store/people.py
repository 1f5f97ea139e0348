"""Staff, departments, who is away when, and how people sign in."""

from datetime import date
from typing import Any

import peewee

from ..kinds import Theme
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .sealed import SealedJsonField


class Person(Table):
    """A member of staff. `roles` holds Role values, separated by spaces."""

    ref = RefField(primary_key=True)
    username = peewee.CharField(max_length=80, unique=True)  # case-folded
    name = peewee.CharField(max_length=120)  # as it is shown: two of one name are told apart (domain/staff.py)
    plain_name = peewee.CharField(max_length=120)
    email = peewee.CharField(max_length=254)
    phone = peewee.CharField(max_length=30, null=True)
    roles = peewee.CharField(max_length=120)
    password_hash = peewee.CharField(max_length=200, null=True)
    substitute = peewee.ForeignKeyField("self", null=True, on_delete="RESTRICT")
    theme = KindField(Theme, 8, default="auto")
    put_away = peewee.CharField(max_length=200, default="")  # what is said the first time, and was read: pages
    has_shortcuts = peewee.BooleanField(default=False)  # of single keys
    created_at = UtcField()
    ends_on = peewee.DateField(null=True)  # the last day, of who is employed for a time
    disabled_at = UtcField(null=True)
    warned_at = UtcField(null=True)  # that the account will be locked, since nobody uses it: domain/accounts.py
    locked_at = UtcField(null=True)
    used_from = UtcField(null=True)  # it counts as used then: a locked one was opened
    in_directory = peewee.BooleanField(null=True)  # whether the last file of it named them; empty: none was read yet
    version = peewee.IntegerField(default=1)
    gives_rights = True
    tells_who = frozenset({"plain_name", "email", "phone", "roles", "disabled_at"})
    unbound = frozenset({"warned_at", "theme", "put_away", "has_shortcuts", "version"})


class Department(Table):
    """A department of the municipality; `key` names it in config/departments.toml."""

    ref = RefField(primary_key=True)
    key = peewee.CharField(max_length=40, unique=True)
    name = peewee.CharField(max_length=120)
    is_115_forum = peewee.BooleanField(default=False)
    manager = link(Person, null=True, backref="+")
    substitute = link(Person, null=True, backref="+")
    retired_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)
    gives_rights = True
    unbound = frozenset({"version"})


class Membership(Table):
    """A person works in a department."""

    person = link(Person, index=False)
    department = link(Department)
    gives_rights = True

    class Meta:
        primary_key = peewee.CompositeKey("person", "department")


class Absence(Table):
    """First and last day on which a person is away."""

    ref = RefField(primary_key=True)
    person = link(Person)
    from_on = peewee.DateField()
    to_on = peewee.DateField()
    gives_rights = True

    @classmethod
    def covers(cls, day: date | str) -> Any:
        """The condition that someone is away on a day, the first and the last included."""
        return (cls.from_on <= day) & (cls.to_on >= day)


class ClosingPeriod(Table):
    """First and last day on which a department (or everyone) is closed."""

    ref = RefField(primary_key=True)
    department = link(Department, null=True)
    from_on = peewee.DateField()
    to_on = peewee.DateField()
    label = peewee.CharField(max_length=120)


class Identity(Table):
    """As whom a provider of single sign-on knows a person: by issuer and subject, never by a mail address."""

    ref = RefField(primary_key=True)
    issuer = peewee.CharField(max_length=200)
    subject = peewee.CharField(max_length=255)
    person = link(Person)
    created_at = UtcField()
    gives_rights = True

    class Meta:
        indexes = ((("issuer", "subject"), True),)


class UsedOnce(Table):
    """What may be used once only, and was: the state of a sign-in at a provider, a logout token of one. Its hash."""

    token_hash = peewee.CharField(max_length=64, primary_key=True)
    at = UtcField()


class Session(Table):
    """One signed-in browser. The cookie holds a secret; only its hash lies here.

    One that began at a provider names the `identity`, and by its hash the provider's own session (`sid`).
    """

    ref = RefField(primary_key=True)
    id_hash = peewee.CharField(max_length=64, unique=True)
    person = link(Person)
    created_at = UtcField()
    last_seen_at = UtcField()
    ends_at = UtcField()
    ended_at = UtcField(null=True)
    browser = peewee.CharField(max_length=60)
    identity = link(Identity, null=True)
    sid_hash = peewee.CharField(max_length=64, null=True, index=True)
    is_half = peewee.BooleanField(default=False)  # the password was right, and what stands beside it is yet to be shown


class Throttle(Table):
    """Wrong guesses at one place (see domain/throttle.py), whose blind hash is `key`.

    `blocked_until` is the end of its wait, and where it had none the last guess; `noted_until` the wait of which the
    log tells.
    """

    key = peewee.CharField(max_length=64, primary_key=True)
    failures = peewee.IntegerField()
    blocked_until = UtcField()
    noted_until = UtcField(null=True)


class KnownDevice(Table):
    """A browser in which a person signed in; it holds a secret, and only the hash of that lies here."""

    token_hash = peewee.CharField(max_length=64)
    person = link(Person)
    used_at = UtcField()

    class Meta:
        primary_key = peewee.CompositeKey("token_hash", "person")


class OneTimeLink(Table):
    """A link that sets a password once."""

    token_hash = peewee.CharField(max_length=64, primary_key=True)
    person = link(Person)
    created_at = UtcField()
    ends_at = UtcField()
    used_at = UtcField(null=True)


class Draft(Table):
    """A form that someone typed into and has not sent yet, kept for that person alone.

    `path` is where the form goes, `page` where it stands. Sent or discarded it is `used_at`, and holds nothing.
    """

    ref = RefField(primary_key=True)
    person = link(Person)
    session = link(Session)
    path = peewee.CharField(max_length=200)
    page = peewee.CharField(max_length=200, null=True)
    form = SealedJsonField()
    created_at = UtcField()
    saved_at = UtcField(null=True)
    used_at = UtcField(null=True)
    sealed_by = "person"
