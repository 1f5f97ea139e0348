"""What the action card is made of; the parts stand in config/guide.toml."""

from typing import Literal

from .strict import Strict


class CardButton(Strict, frozen=True):
    """A way on from a part of the card. `to`: the name of a page; `who`: for whom the page has something."""

    label: str
    to: str
    topic: str = ""
    who: Literal["everyone", "has-cases", "no-cases", "takes-suspicions"] = "everyone"


class CardPart(Strict, frozen=True):
    """One part of the action card, in the card's order. With a `box` it is one of the tracks of the further action."""

    id: str
    title: str
    text: tuple[str, ...]
    source: str
    points: tuple[str, ...] = ()
    buttons: tuple[CardButton, ...] = ()
    contacts: tuple[str, ...] = ()
    box: str = ""
