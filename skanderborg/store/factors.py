"""By what else than a password people show who they are: proofs that were asked for before a form could be sent."""

import peewee

from ..kinds import Proof
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person, Session


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
