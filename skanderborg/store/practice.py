"""An exercise: a case that nobody has, with what one wrote in it; both are gone after a day."""

import peewee

from ..kinds import EventKind
from .cases import Case
from .db import Table
from .events import Event
from .fields import RefField, UtcField, link
from .people import Person
from .sealed import SealedJsonField


class Practice(Table):
    """One person's exercise. Its case is closed from the start, and nobody is tied to it: no list, letter or figure
    finds it. `answers` are what was chosen and written, step by step."""

    ref = RefField(primary_key=True)
    case = link(Case, unique=True)
    person = link(Person)
    cast = peewee.CharField(max_length=40)  # id in config/practice.toml
    answers = SealedJsonField()
    started_at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


def was_born_so(case: str) -> bool:
    """Whether a case is an exercise, and has been from its first moment: its log begins with it. A real case with a row
    put beside it is none."""
    first = Event.select(Event.action).where(Event.chain == f"case:{case}").order_by(Event.number).first()
    is_practice = Practice.select().where(Practice.case == case).exists()
    return is_practice and first is not None and first.action == EventKind.PRACTICE_BEGUN
