"""What every closed list is made of."""

from enum import StrEnum
from typing import Self

PLAIN = str.maketrans({" ": "-", "æ": "ae", "ø": "oe", "å": "aa"})


class Kind(StrEnum):
    """A closed list whose members are written `NAME = "value", "Dansk tekst"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Kind":
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @property
    def slug(self) -> str:
        """The member in an address, where a person can read it: «egne-handlemuligheder»."""
        return self.label.lower().translate(PLAIN)

    @classmethod
    def of_slug(cls, text: str | None) -> Self | None:
        """The member that an address names, None for none; by its value too, as addresses once had it."""
        return next((member for member in cls if text in (member.slug, member.value)), None)
