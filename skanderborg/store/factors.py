"""By what else than a password people show who they are, and the forms that wait until they have."""

import peewee

from ..kinds import FactorKind, Proof
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person, Session
from .sealed import SealedField


class StepUp(Table):
    """A form that waits, as a draft, until its person has shown anew who he or she is (domain/step_up.py).

    It is one form: its draft, and a blind hash of where it goes and what it holds. It is shown once, for one sending.
    """

    draft = RefField(primary_key=True)
    session = link(Session)
    person = link(Person, index=False)
    form_hash = peewee.CharField(max_length=64)
    asked_at = UtcField()
    proof = KindField(Proof, 16, null=True)
    proved_at = UtcField(null=True)
    used_at = UtcField(null=True)


class Factor(Table):
    """What someone has, and shows beside the password: a passkey, or an app that counts codes.

    `secret` is that of the app, or the public part of the passkey. `step` remembers the last code that was taken, or
    how often the passkey says that it was used.
    """

    ref = RefField(primary_key=True)
    person = link(Person)
    kind = KindField(FactorKind, 8)
    name = peewee.CharField(max_length=60)
    secret = SealedField(tells_where=False)
    step = peewee.BigIntegerField(default=0)
    created_at = UtcField()
    used_at = UtcField(null=True)
    sealed_by = "person"
    gives_rights = True
    unbound = frozenset({"step", "used_at"})


class RecoveryCode(Table):
    """One of the codes for who has lost what he or she has: a blind hash. It is used once."""

    ref = RefField(primary_key=True)
    person = link(Person)
    code_hash = peewee.CharField(max_length=64, unique=True)
    created_at = UtcField()
    used_at = UtcField(null=True)
    gives_rights = True


class Challenge(Table):
    """What a passkey is to sign now, for one session and one purpose; it goes when it is answered."""

    session = link(Session, index=False)
    purpose = peewee.CharField(max_length=8)
    challenge = peewee.CharField(max_length=64)
    at = UtcField()

    class Meta:
        primary_key = peewee.CompositeKey("session", "purpose")


class FactorReset(Table):
    """That someone's factors shall go: asked for by one administrator, done by another."""

    ref = RefField(primary_key=True)
    person = link(Person)
    asked_by = link(Person, index=False, backref="+")
    asked_at = UtcField()
    done_by = link(Person, null=True, index=False, backref="+")
    done_at = UtcField(null=True)
