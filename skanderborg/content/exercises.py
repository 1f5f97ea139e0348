"""Øvelser: invented people, and the steps in which one practises with them (config/practice.toml)."""

from ..settings import SettingError
from .strict import Strict

STEPS = ("suspicion", "sparring", "request", "log", "meeting")


class ExerciseStep(Strict, frozen=True):
    """What happens, what is asked, what to choose between, what is said afterwards, and what to write."""

    id: str
    heading: str
    situation: str
    ask: str
    choices: tuple[str, ...]
    good: tuple[str, ...]
    reply: str
    text: str


class ExerciseCast(Strict, frozen=True):
    """Somebody to practise with."""

    id: str
    title: str
    about: str
    step: tuple[ExerciseStep, ...]


class Exercises(Strict, frozen=True):
    """config/practice.toml."""

    cast: tuple[ExerciseCast, ...]


def refuse_odd(found: Exercises) -> None:
    """Raise SettingError, naming the cast, for one that nobody could go through."""
    for cast in found.cast:
        if tuple(step.id for step in cast.step) != STEPS:
            raise SettingError(f"config/practice.toml: {cast.id}: trinene skal være {', '.join(STEPS)}")
        for step in cast.step:
            if not step.good or not set(step.good) < set(step.choices):
                raise SettingError(f"config/practice.toml: {cast.id}, {step.id}: good skal være nogle af choices")
