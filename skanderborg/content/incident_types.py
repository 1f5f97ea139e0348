"""What incidents are called: the shape of config/incidents.toml, and what a type must look like."""

import re
from collections.abc import Callable
from typing import Literal

from ..kinds import Answer, IncidentKind, Reaction
from ..settings import SettingError
from .strict import Strict

NAME = re.compile(r"[a-z]+(-[a-z]+)*")
OTHER = "other"


class IncidentType(Strict, frozen=True):
    """A way of stalking; the lines of config/incidents.toml say what each field is."""

    id: str
    label: str
    sources: tuple[str, ...]
    words: tuple[str, ...] = ()
    danger: bool = False
    via: Literal["", "child", "others"] = ""
    told: bool = False
    retired: bool = False

    @property
    def own_label(self) -> str:
        """What it is called where the exposed person writes the log: nobody tells of themselves by «the citizen»."""
        return self.words[0].capitalize() if self.told and self.words else self.label


class OwnLog(Strict, frozen=True):
    """config/own_log.toml: the blank logskemas, and the words of somebody's own log."""

    advice: tuple[str, ...]
    paper_advice: tuple[str, ...]
    headings: dict[str, tuple[str, ...]]
    sides: dict[Literal["citizen", "other", "missed", "myself"], tuple[str, ...]]
    own_words: dict[Literal["subjects", "verbs", "others"], tuple[str, ...]]
    own_acts: dict[IncidentKind, tuple[str, ...]]
    reactions: dict[Reaction, tuple[str, ...]]
    answers: dict[Answer, tuple[str, ...]]


class Channel(Strict, frozen=True):
    """How it reached the exposed person."""

    id: str
    label: str
    words: tuple[str, ...] = ()
    retired: bool = False


class Incidents(Strict, frozen=True):
    """config/incidents.toml."""

    type: tuple[IncidentType, ...]
    channel: tuple[Channel, ...]


def refuse_odd(found: Incidents, are_sources: Callable[[tuple[str, ...]], bool]) -> None:
    """Raise SettingError, naming the line, for an id that rows could not hold and a source nobody could trace."""
    for listed in (found.type, found.channel):
        ids = [one.id for one in listed]
        if len(set(ids)) < len(ids) or OTHER not in ids:
            raise SettingError(f"config/incidents.toml: et id findes to gange, eller {OTHER} mangler")
        for odd in (name for name in ids if not NAME.fullmatch(name) or len(name) > 20):
            raise SettingError(f"config/incidents.toml: {odd}: skriv højst 20 små bogstaver og -")
    labels = [one.label for one in found.type if not one.retired]
    if len(set(labels)) < len(labels):
        raise SettingError("config/incidents.toml: to typer, der kan vælges, hedder det samme")
    for one in found.type:
        if not one.sources or not are_sources(one.sources):
            raise SettingError(f"config/incidents.toml: {one.id}: skriv S1-25 eller navnet på en lov eller udgivelse")
