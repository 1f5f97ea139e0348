"""What every closed list is made of."""

from enum import StrEnum


class Kind(StrEnum):
    """A closed list whose members are written `NAME = "value", "Dansk tekst"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Kind":
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and label of every member, as a form field wants them."""
        return [(member.value, member.label) for member in cls]
