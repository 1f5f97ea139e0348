"""What may go to whom, and what goes unless someone decides otherwise (SEC-10, SEC-50).

What is handed to the police can become part of the case, and the other party can get to see it. So the police, Dansk
Stalking Center and another municipality get what they need to act on; what tells where someone is, whom to seek out, or
what worked, is put in by a person who has read what it may lead to, or not at all.

The journal gets more: it is the municipality's own file, which must be whole (offentlighedsloven § 15), is read by the
same staff under the same secrecy, and is gone through before any party is let in. There «må ikke udleveres» stands on
the rows instead of taking them out. Only what tells where a protected person is, and who stands behind a report of
concern, stay out unless someone wants them.

Never part of any extract: network, safety plan, critical dates, notes, roles, and how the citizen and colleagues are
reached.
"""

from datetime import date
from typing import NamedTuple

from ...errors import Invalid
from ...kinds import Basis, PackOrder, PackPart, PackRecipient

NEVER = (
    "Netværk, sikkerhedsplan, kritiske datoer, notater, roller, og hvordan borgeren kan kontaktes. Det er aldrig med i "
    "et udtræk."
)
USUAL = {
    PackRecipient.POLICE: {
        PackPart.NAME, PackPart.PLACES, PackPart.WITNESSES, PackPart.PATTERN, PackPart.REPORTS, PackPart.FILES,
    },
    PackRecipient.STALKING_CENTER: {PackPart.PLACES, PackPart.FEAR, PackPart.PATTERN},
    PackRecipient.JOURNAL: set(PackPart) - {PackPart.INFECTED, PackPart.TOLD_BY},
    PackRecipient.MUNICIPALITY: set(PackPart)
    - {PackPart.INFECTED, PackPart.WITNESS_CONTACTS, PackPart.WITHHELD, PackPart.TOLD_BY},
}  # fmt: skip
NEVER_TO = {
    PackRecipient.POLICE: {PackPart.WITHHELD},
    PackRecipient.STALKING_CENTER: {PackPart.WITHHELD, PackPart.WITNESS_CONTACTS, PackPart.TOLD_BY},
}
TELLS_WHERE = {PackPart.PLACES, PackPart.WITNESS_CONTACTS, PackPart.FILES}  # as address protection has it (SEC-10)
NEVER_TELLS_WHERE = {PackPart.PLACES, PackPart.WITNESS_CONTACTS}  # to who works outside the municipalities
OUTSIDE = (PackRecipient.POLICE, PackRecipient.STALKING_CENTER)
WARNINGS = {
    PackPart.PLACES: "Stederne kan vise, hvor borgeren bor og færdes.",
    PackPart.WITNESSES: "Den anden part kan få navnene at se.",
    PackPart.WITNESS_CONTACTS: "Den anden part kan få det at se og opsøge vidnerne.",
    PackPart.FEAR: "Den anden part kan få at se, hvad der virkede.",
    PackPart.TOLD_BY: "Den, der har underrettet, er beskyttet. Sæt kun hak, hvis modtageren selv har bedt om det.",
    PackPart.FILES: "Originale billeder kan rumme, hvor og hvornår de er taget, og hvem der er på dem.",
    PackPart.INFECTED: "Filerne kan skade modtagerens maskine. Aftal det først.",
    PackPart.WITHHELD: "Mærket er sat, for at den anden part ikke skal få det at se.",
}
NEEDS = {
    PackRecipient.POLICE: "Nødvendigt for politiets opgave",
    PackRecipient.JOURNAL: "Kommunen skal journalisere det (offentlighedsloven § 15)",
    PackRecipient.MUNICIPALITY: "Nødvendigt for den anden kommunes opgave",
    PackRecipient.INSIGHT: "Retten til indsigt",
}
NOTHING: set[PackPart] = set()
RECIPIENTS = tuple(USUAL)  # of an extract of the log


class Choice(NamedTuple):
    """What is to be handed over: to whom, in which order, of which days and which type of incident, which parts."""

    recipient: PackRecipient
    order: PackOrder = PackOrder.NEWEST
    from_on: date | None = None
    to_on: date | None = None
    type: str | None = None
    parts: tuple[PackPart, ...] = ()

    @property
    def is_whole_log(self) -> bool:
        """Whether no day and no type is left out."""
        return not (self.from_on or self.to_on or self.type)


def possible(recipient: PackRecipient, is_masked: bool) -> list[PackPart]:
    """What can be put in at all, in the order of the list; `is_masked`: the case has address protection."""
    out = NEVER_TO.get(recipient, NOTHING)
    if is_masked and recipient in OUTSIDE:
        out = out | NEVER_TELLS_WHERE
    return [part for part in PackPart if part not in out]


def usual(recipient: PackRecipient, is_masked: bool) -> tuple[PackPart, ...]:
    """What is in unless someone chooses otherwise."""
    left_out = TELLS_WHERE if is_masked else NOTHING
    return tuple(part for part in possible(recipient, is_masked) if part in USUAL[recipient] - left_out)


def bases(recipient: PackRecipient) -> list[tuple[Basis, str]]:
    """On which basis it may be handed over, as choices. § 115 is not for the investigation of crimes, and an
    organisation that is no authority gets nothing but by consent or in danger."""
    needed = [(Basis.NECESSARY, NEEDS[recipient])] if recipient in NEEDS else []
    if recipient in (PackRecipient.JOURNAL, PackRecipient.INSIGHT):
        return needed
    return [(Basis.CONSENT, Basis.CONSENT.label), *needed, (Basis.ACUTE, Basis.ACUTE.label)]


def basis_in_words(recipient: PackRecipient, basis: Basis) -> str:
    """The basis of a handing-over, as it was chosen."""
    return dict(bases(recipient)).get(basis, basis.label)


def refuse_odd(choice: Choice, is_masked: bool) -> None:
    """Raise Invalid, naming the field, for a part that must not go there, and a period that ends before it begins."""
    if not set(choice.parts) <= set(possible(choice.recipient, is_masked)):
        raise Invalid("Noget af det valgte må ikke udleveres til den modtager. Vælg om igen.", "parts")
    if choice.from_on and choice.to_on and choice.to_on < choice.from_on:
        raise Invalid("Perioden slutter, før den begynder. Ret en af datoerne.", "to_on")


def in_words(recipient: PackRecipient) -> str:
    """«politiet», as in the middle of a sentence; names stay as they are written."""
    label = recipient.label
    return label if recipient == PackRecipient.STALKING_CENTER else label[0].lower() + label[1:]
