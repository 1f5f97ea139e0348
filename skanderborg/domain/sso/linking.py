"""Who is who at the provider, by a file of the directory: the same that `arriving.identify` does for one."""

from collections import Counter

from ...policy import Action, Actor
from ...store.people import Identity, Person
from ..staff_sync.reading import Faulty, table
from ..verbs import reads
from . import arriving

USERNAME, SUBJECT = "brugernavn", "login-id"


@reads(Action.PEOPLE_MANAGE)
def link_all(actor: Actor, given: bytes, issuer: str) -> int:
    """Let each line's login be that line's user; returns how many are new. The same file twice changes nothing.

    Raises Faulty, before anything is written, naming each line that is wrong, and never what stands there.
    """
    pairs = _pairs(given)
    people = {person.username: person for person in Person.select()}
    known = {row.subject: row.person_id for row in Identity.select().where(Identity.issuer == issuer)}
    wrong = [f"Linje {number}: brugeren findes ikke her." for number, name, _ in pairs if name not in people]
    others = [number for number, name, subject in pairs
              if name in people and known.get(subject, people[name].ref) != people[name].ref]  # fmt: skip
    wrong += [f"Linje {number}: det login hører til en anden bruger." for number in others]
    if wrong:
        raise Faulty(wrong)
    new = [(name, subject) for _, name, subject in pairs if subject not in known]
    for name, subject in new:
        arriving.identify(actor, people[name], issuer, subject)
    return len(new)


def _pairs(given: bytes) -> list[tuple[int, str, str]]:
    """Line, user name and subject of each line of the file. Raises Faulty."""
    lines = table(given)
    head = [title.casefold() for title in next(lines, (0, []))[1]]
    try:
        name, subject = head.index(USERNAME), head.index(SUBJECT)
        found = [(number, cells[name].casefold(), cells[subject]) for number, cells in lines]
    except (ValueError, IndexError):
        raise Faulty(["Filen skal have kolonnerne Brugernavn og Login-id, og begge på hver linje."]) from None
    count = Counter(one for _, _, one in found)
    if wrong := [f"Linje {number}: tomt, eller der to gange." for number, _, one in found if not one or count[one] > 1]:
        raise Faulty(wrong)
    return found
