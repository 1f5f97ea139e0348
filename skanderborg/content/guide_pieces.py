"""What the guide is made of: its topics, the shape of config/guide/, and what a piece must look like."""

import re
from collections.abc import Collection, Iterable, Mapping

from ..kinds import CitizenRole, ContactGroup
from ..settings import SettingError
from .directory import ContactEntry
from .strict import Strict

STATEMENT = re.compile(r"S\d-\d\d")  # the id of a statement of a source document
ROLES = (CitizenRole.EXPOSED.value, CitizenRole.PERPETRATOR.value)
FOR_EVERYONE = {"professionals", "staff", "other-municipality"}
# Where a piece can stand beside what it is about.
PLACES = set(
    "call sparring assessment safety network children police notes log request referral closing perpetrator".split()
)


class Topic(Strict, frozen=True):
    """A page of the guide; the id is its address."""

    id: str
    title: str
    order: int
    lead: str


class Piece(Strict, frozen=True):
    """A piece of advice or knowledge; the lines of config/guide/ say what each field is.

    `role`: shown only where the citizen has that role; empty for everyone.
    """

    id: str
    topic: str
    title: str
    sources: tuple[str, ...]
    text: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    year: str = ""
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    role: str = ""
    contacts: tuple[str, ...] = ()


class Pieces(Strict, frozen=True):
    """One file of config/guide/."""

    piece: tuple[Piece, ...]


def refuse_odd(
    found: Iterable[Piece], topics: Collection[str], documents: Collection[str], known: Mapping[str, ContactEntry]
) -> None:
    """Raise SettingError, naming the piece, for what no page could show or nobody could trace."""
    seen = set()
    for piece in found:
        for fault, is_so in (
            ("id findes to gange", piece.id in seen),
            ("topic findes ikke i guide.toml", piece.topic not in topics),
            ("sources mangler", not piece.sources),
            ("sources: skriv S1-25 eller navnet på en lov eller udgivelse", not are_sources(piece.sources, documents)),
            ("beside: ukendt sted", not set(piece.beside) <= PLACES),
            ("role: skriv exposed eller perpetrator", piece.role not in ("", *ROLES)),
            ("contacts findes ikke i contacts.toml", not known.keys() >= set(keys_of(piece, known))),
        ):
            if is_so:
                raise SettingError(f"config/guide: {piece.id}: {fault}")
        if not all(is_for(known[key], piece.role) for key in keys_of(piece, known)):
            raise SettingError(f"config/guide: {piece.id}: contacts er ikke til den rolle")
        seen.add(piece.id)


def are_sources(sources: Iterable[str], documents: Collection[str]) -> bool:
    """Ids of statements of the documents, or in words; a law or publication has at least two words."""
    return all(
        source.partition("-")[0] in documents if STATEMENT.fullmatch(source) else len(source.split()) > 1
        for source in sources
    )


def keys_of(piece: Piece, known: Mapping[str, ContactEntry]) -> list[str]:
    """The keys of a piece's contacts: those that it names, and of a group that it names («@staff») all."""
    found: list[str] = []
    for key in piece.contacts:
        group = [one.key for one in known.values() if f"@{one.group.value}" == key]
        found += group if key.removeprefix("@") in {kind.value for kind in ContactGroup} else [key]
    return found


def is_for(contact: ContactEntry, role: str) -> bool:
    """Whether a contact may stand in a piece of that role; what is for everyone names nobody's own line."""
    if role:
        return role in contact.scope
    return bool(FOR_EVERYONE & set(contact.scope))
