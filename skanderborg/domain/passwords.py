"""What a password must not be: too short, one's own name however it is spelled, or easy to guess (SEC-14)."""

import json
import re
import unicodedata
from functools import cache
from typing import NoReturn

from .. import isolated
from ..errors import Invalid
from ..settings import CONFIG, Defaults
from ..store.people import Person
from . import rules

LONGEST = 128
LOOKED_AT = 32  # of a longer one the beginning must do: what takes so long to guess is no easier with more behind it
FEWEST_GUESSES = 10  # as a power of ten; beyond reach where each guess costs what ours do
SHORTEST_INSIDE = 4  # a shorter name stands in too many words by chance: it counts where it stands alone
SECONDS, MEGABYTES = 4, 512  # of processor time and address space for looking at one
DANISH = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})
SHORT = (("aa", "a"), ("oe", "o"), ("ae", "e"), ("ae", "a"))  # å, ø and æ as those write who have no keys for them
INSTEAD = str.maketrans("@4830$5+7!|", "aabeossttii")  # what is written for letters; 1 may be two of them
NAMED = "Den adgangskode indeholder dit navn. Vælg en uden dit navn, brugernavn og din mailadresse."
EASY = (
    "Den adgangskode er let at gætte. Brug fx fire ord, der ikke hører sammen, uden navne, årstal og rækker af taster."
)


def let_in(person: Person) -> bool:
    """Whether a password lets someone in at all, or single sign-on alone does (`local_accounts`)."""
    said = rules.current()
    return said.local_accounts == "all" or (
        said.local_accounts == "emergency" and person.username in said.emergency_accounts
    )


def check(password: str, person: Person, limits: Defaults) -> None:
    """Raise Invalid, saying what to do instead, at the field `password`.

    It takes a moment, in a process of its own: never inside a transaction. Raises Unavailable where too many are looked
    at already.
    """
    if len(password) < limits.password_shortest:
        _refuse(f"Brug mindst {limits.password_shortest} tegn, gerne en sætning.")
    if len(password) > LONGEST:
        _refuse(f"Brug højst {LONGEST} tegn.")
    names = _names(person)
    if _holds(password, names):
        _refuse(NAMED)
    if _guesses(password, [*names, *_known_words()]) < FEWEST_GUESSES:
        _refuse(EASY)


def _refuse(why: str) -> NoReturn:
    raise Invalid(why, "password")


def _names(person: Person) -> list[str]:
    """The words of a person's name, user name and mail address."""
    said = f"{person.name} {person.username} {person.email.partition('@')[0]}"
    return [word for word in re.split(r"[\W\d_]+", said.casefold()) if len(word) > 1]


def _holds(password: str, names: list[str]) -> bool:
    """Whether one of the names stands in the password, in whatever letters, forwards or backwards."""
    read = {_plain(password, one) for one in "il"}
    alone = {_plain(word) for word in re.split(r"[\W\d_]+", password)}
    forbidden = {spelling for name in names for way in (name, name[::-1]) for spelling in _spellings(way)}
    long = {one for one in forbidden if len(one) >= SHORTEST_INSIDE}
    return bool(alone & forbidden) or any(one in text for one in long for text in read)


def _spellings(name: str) -> set[str]:
    """A name as it may be typed: Åse is aase, or ase."""
    spelled = {_plain(name)}
    for double, single in SHORT:
        spelled |= {one.replace(double, single) for one in spelled}
    return spelled


def _plain(text: str, one: str = "i") -> str:
    """Small letters from a to z: Danish ones spelled out, accents off, digits and signs read as what they stand for."""
    spelled = unicodedata.normalize("NFKC", text).casefold().translate(DANISH)
    read = unicodedata.normalize("NFKD", spelled.replace("1", one)).translate(INSTEAD)
    return re.sub(r"[^a-z]", "", read)


def _guesses(password: str, words: list[str]) -> float:
    """How many guesses it takes, as a power of ten; none where that could not be found out."""
    typed = unicodedata.normalize("NFKC", password)[:LOOKED_AT]
    asked = {"spellings": [typed, typed.casefold().translate(DANISH)], "words": words}
    try:
        answer = isolated.run("passwords", json.dumps(asked).encode(), seconds=SECONDS, megabytes=MEGABYTES)
    except isolated.Refused:
        return 0
    return float(json.loads(answer))


@cache
def _known_words() -> tuple[str, ...]:
    """Words that a guesser in Denmark tries first, each also without Danish letters."""
    words = [line.partition("#")[0].split() for line in (CONFIG / "guessable.txt").read_text().splitlines()]
    listed = [word for line in words for word in line]
    return tuple(dict.fromkeys([*listed, *(word.translate(DANISH) for word in listed)]))
