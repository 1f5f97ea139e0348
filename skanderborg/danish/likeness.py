"""Whether two are the same person, by name, mail and telephone number as Danes write them."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

NUMBER = re.compile(r"\+?\d[\d\s().\-]{5,}\d")
MAIL = re.compile(r"[\w.+\-]+@[\w.\-]+\w")
ABROAD = re.compile(r"^(?:00)?45(?=\d{8}$)")
WORD = re.compile(r"[^\W\d_]{2,}")
LETTERS = (("å", "a"), ("aa", "a"), ("æ", "a"), ("ae", "a"), ("ø", "o"), ("oe", "o"), ("ä", "a"), ("ö", "o"))
SHORTEST_NUMBER, LEAST_WORDS = 8, 2


class How(Enum):
    """How alike two are."""

    SAME = "same"
    PERHAPS = "perhaps"
    NOT = "not"


class Known(NamedTuple):
    """One person as others are compared with: the words of the name in their order, and how the person is reached."""

    words: list[str]
    number: str
    mail: str


def known(name: str, mail: str | None, number: str | None) -> Known:
    """A person of whom these are known."""
    found = numbers(number or "")
    return Known(words(name), found[0] if found else "", next(iter(mails(mail or "")), ""))


def of(one: Known, names: Iterable[str], contact: str) -> How:
    """How alike a person is to someone of whom those names and that text are written. The same: the first name, and
    mail or number; so a name after a wedding, and one whose words stand in another order, do not hide anyone."""
    is_reached = bool(one.number and any(one.number in number for number in numbers(contact)))
    is_reached |= bool(one.mail) and one.mail in mails(contact)
    theirs = [set(words(name)) for name in names]
    mine, first = set(one.words), set(one.words[:1])
    if is_reached and any(first and first <= their for their in theirs):
        return How.SAME
    has_name = any(_is_name(mine, first, their) for their in theirs)
    return How.PERHAPS if is_reached or has_name else How.NOT


def _is_name(mine: set[str], first: set[str], theirs: set[str]) -> bool:
    """Every word of the one name is in the other, the first name among them: a middle name may be left out."""
    is_part = mine <= theirs or theirs <= mine
    return is_part and first <= theirs and len(mine & theirs) >= LEAST_WORDS


def words(name: str) -> list[str]:
    """The words of a name, spelt as everyone spells them: without accents, and with å, æ and ø as others write them."""
    folded = name.casefold()
    for letter, plain in LETTERS:
        folded = folded.replace(letter, plain)
    bare = unicodedata.normalize("NFKD", folded)
    return WORD.findall("".join(letter for letter in bare if not unicodedata.combining(letter)))


def numbers(text: str) -> list[str]:
    """The telephone numbers in a text, digits alone, without the country's own code."""
    found = (re.sub(r"\D", "", one) for one in NUMBER.findall(text))
    return [ABROAD.sub("", one) for one in found if len(one) >= SHORTEST_NUMBER]


def mails(text: str) -> set[str]:
    """The mail addresses in a text; what people add to their own, dots and «+», is left out."""
    found = (one.rpartition("@") for one in MAIL.findall(text.casefold()))
    return {f"{name.partition('+')[0].replace('.', '')}@{host}" for name, _, host in found}
