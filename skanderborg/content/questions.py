"""What the assessment asks: the shape of config/assessment.toml, and what a question must look like."""

import re
from collections.abc import Callable
from typing import Literal

from ..settings import SettingError
from .strict import Strict

NAME = re.compile(r"[a-z]+(_[a-z]+)*")
IN_WORDS = "_text"  # the question beside a list, where «Andet» is told
DATED = {"began_on", "last_on", "refused_on", "answered_on"}  # what is reckoned with


class Section(Strict, frozen=True):
    """A part of the assessment. `exposed_only`: not asked in the case of one who stalks."""

    id: str
    title: str
    lead: str
    exposed_only: bool = False


class Question(Strict, frozen=True):
    """One question; the lines of config/assessment.toml say what each field is."""

    id: str
    section: str
    text: str
    form: Literal["answer", "relation", "date", "line", "text"]
    sources: tuple[str, ...]
    hint: str = ""
    danger: Literal["", "acute", "discuss"] = ""
    exposed_only: bool = False
    retired: bool = False


class Assessment(Strict, frozen=True):
    """config/assessment.toml."""

    section: tuple[Section, ...]
    question: tuple[Question, ...]


def refuse_odd(found: Assessment, are_sources: Callable[[tuple[str, ...]], bool]) -> None:
    """Raise SettingError, naming the question, for what could not be asked, kept or traced."""
    sections, seen = {section.id for section in found.section}, set()
    ids = {one.id for one in found.question}
    for one in found.question:
        for fault, is_so in (
            ("id findes to gange", one.id in seen),
            ("id: skriv små bogstaver og _", not NAME.fullmatch(one.id)),
            ("section findes ikke", one.section not in sections),
            ("danger hører til form = answer", bool(one.danger) and one.form != "answer"),
            ("spørgsmålet om «Andet» mangler", one.form == "relation" and f"{one.id}{IN_WORDS}" not in ids),
            ("sources mangler", not one.sources),
            ("sources: skriv S1-25 eller navnet på en lov eller udgivelse", not are_sources(one.sources)),
        ):
            if is_so:
                raise SettingError(f"config/assessment.toml: {one.id}: {fault}")
        seen.add(one.id)
    missing = sorted(DATED - {one.id for one in found.question if one.form == "date" and not one.retired})
    if missing:
        raise SettingError(f"config/assessment.toml: {missing[0]}: spørgsmålet mangler eller har ikke form = date")
