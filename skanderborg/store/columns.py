"""What is said of a column where people read of it, and whether it tells where someone is.

Both stand on its field: `verbose_name` is what it is called in Danish, UNTOLD where no page tells of it, and a sealed
field says whether it `tells_where`. What events tell beside the columns of their row is declared here.
"""

import peewee

from .fields import link
from .people import Department, Person
from .schema import ALL_TABLES
from .sealed import UNTOLD, SealedField

TABLES = {table._meta.table_name: table for table in ALL_TABLES}
_REASON = SealedField(tells_where=False, verbose_name="Begrundelse")
_TAKEN_OUT: dict[str, peewee.Field] = {
    "format": peewee.CharField(verbose_name="Hentet som"), "names": peewee.CharField(verbose_name="Med navne"),
}  # fmt: skip
_EDITION = peewee.IntegerField(verbose_name="Udgave af vurderingen")
BESIDE: dict[str, dict[str, peewee.Field]] = {
    "assessment": {"edition": _EDITION},
    "case": {
        "name": SealedField(tells_where=False, verbose_name="Navn"),
        "note": SealedField(tells_where=False, verbose_name="Besked"),
        "primary_contact": link(Person, verbose_name="Tovholder"),
        "reason": _REASON,
        **_TAKEN_OUT,
        "tasks": peewee.CharField(verbose_name="Opgaver"),
    },
    "conclusion": {"edition": _EDITION},
    "exclusion": {"excluded": link(Person, verbose_name="Spærret")},
    "exhibit": {
        "name": SealedField(tells_where=True, verbose_name="Navn"),
        "reason": _REASON,
        "row": peewee.IntegerField(verbose_name="Nr. i loggen"),
        "sha256": peewee.CharField(verbose_name="SHA-256"),
    },
    "incident": {"reason": _REASON},
    "meeting": {"participants": peewee.CharField(verbose_name="Deltagere"), "reason": _REASON},
    "pack": {"parts": peewee.CharField(verbose_name="Med var"), "what": peewee.CharField(verbose_name="Hvad")},
    "party": {"reason": _REASON, **_TAKEN_OUT},
    "safety_item": {"title": SealedField(tells_where=False, verbose_name="Titel")},
}


def field_of(object_kind: str, column: str) -> peewee.Field | None:
    """The field of a column, or of what events tell beside; None for what nobody declared."""
    table = TABLES.get(object_kind)
    return (table._meta.fields if table else {}).get(column) or BESIDE.get(object_kind, {}).get(column)


def read_as(object_kind: str, column: str) -> peewee.Field | None:
    """The field by which a value of the column is read: of a sealed one what it holds."""
    field = field_of(object_kind, column)
    return getattr(field, "holds", None) or field


def label_of(object_kind: str, column: str) -> str:
    """What a column is called in Danish; UNTOLD where no page tells of it."""
    return getattr(field_of(object_kind, column), "verbose_name", None) or UNTOLD


def names_someone(object_kind: str, column: str) -> bool:
    """Whether a column holds the ref of a person or a department."""
    field = field_of(object_kind, column)
    return isinstance(field, peewee.ForeignKeyField) and field.rel_model in (Person, Department)
