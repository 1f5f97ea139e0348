"""What an administrator changed of the municipality's own content: each edition stays, the newest one holds."""

import peewee

from ..kinds import EditionKind
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person


class Edition(Table):
    """One edition of a contact, a text, or the closing days. `body` is JSON; without it the entry is taken out of use.

    Nothing here is about a citizen.
    """

    ref = RefField(primary_key=True)
    kind = KindField(EditionKind, 20)
    key = peewee.CharField(max_length=60)
    number = peewee.IntegerField()
    body = peewee.TextField(null=True)
    by = link(Person, null=True, backref="+", index=False)
    at = UtcField()

    class Meta:
        indexes = ((("kind", "key", "number"), True),)
