"""Tells the cases of demo.toml and everything.toml through the verbs that people use, so that nothing in them could not
have happened.

A case is reported, taken and accepted so many working days ago; then its steps follow. A step says which verb of the
domain it is (`do`), who does it (`by`), to which row (`of`: what a former step calls its own with `as`, or the template
of a task; the case otherwise), and what is said, by the names of the verb's parameters or of the fields they hold.
`each` repeats a step, `like` begins it with what a former one said, `usual` holds what most say.

A day is told from the day of the case («3 days before», «that day») or from the present one («in 3 working days»).
«{child.ref}» is filled in from a former step, a word in small letters is one of our own lists; any other text is free,
and the mark of the set stands before it.
"""

import io
import pkgutil
import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from inspect import Parameter, signature
from pathlib import Path
from string import Formatter
from tomllib import loads
from types import NoneType
from typing import IO, Any, get_args, get_origin, get_type_hints

from .. import clock, policy
from ..kinds import Action
from ..store.cases import Case, Party
from ..store.db import Table
from ..store.people import Department, Person
from ..store.work import Meeting, Request, Task
from . import odd

HERE = Path(__file__).parent
OWN_WORD = re.compile(r"[a-z][a-z-]*|")
DAY = re.compile(r"today|that day|(?P<ahead>in )?(?P<count>\d+) (?P<working>working )?days?( (?P<side>before|after))?")
LOAD: dict[Any, Any] = {Task: policy.task_for, Request: policy.request_for, Meeting: policy.meeting_for}
HOW = {"as", "by", "do", "each", "like", "of"}
ABOUT_CASE = {"as", "at", "reporter", "step", "working_days"}


class Story:
    """The cases of one set. `mark` stands before every free text."""

    def __init__(self, cast: dict[str, Person], mark: str):
        self.cast = cast
        self.mark = mark
        self.present = clock.now()
        self.usual: dict[str, dict[str, Any]] = {}
        self.steps: dict[str, dict[str, Any]] = {}
        self.made: dict[str, Any] = {"mark": mark}

    def tell(self, file: str) -> None:
        """Tell the cases of a file, each on its day."""
        told = loads((HERE / file).read_text())
        self.usual |= told.get("usual", {})
        for case in told["case"]:
            day = clock.add_working_days(clock.today(self.present), case["working_days"])
            with clock.telling(min(clock.next_valid_instant(day, case["at"]), self.present)):
                for step in (*_opening(case), *case.get("step", [])):
                    self._tell(step)
            self.made[case.get("as", "")] = self.made["case"]

    def _tell(self, step: dict[str, Any]) -> None:
        former = self.steps[step["like"]] if "like" in step else {}
        inner = {name: former[name] | said for name, said in step.items() if isinstance(said, dict) and name in former}
        step = self.usual.get(step.get("do", ""), {}) | former | step | inner
        self.steps[step.get("as", "")] = step
        for one in _each(step):
            self.made[one.get("as", "")] = self._done(one)
        if step["do"] == "suspicions.report":
            self.made["citizen"] = Party.select().where(Party.case == self.made["case"].ref).first()

    def _done(self, step: dict[str, Any]) -> Any:
        verb = getattr(odd, step["do"], None) or pkgutil.resolve_name(f"skanderborg.domain.{step['do']}")
        wanted, shape = get_type_hints(verb), signature(verb)
        asked = {name: one for name, one in shape.parameters.items() if one.kind is not Parameter.VAR_KEYWORD}
        fields = {field for name in asked for field in getattr(wanted.get(name), "_fields", ())}
        by_column = step.keys() - HOW - asked.keys() - fields  # of a verb that takes what is `said` by its columns
        if by_column and len(asked) == len(shape.parameters):
            raise ValueError(f"{step['do']} takes no {', '.join(sorted(by_column))}")
        row: Any = None
        given: dict[str, Any] = {"actor": self.cast.get(step.get("by", "")), "now": clock.now()}
        for name in [name for name in asked if name not in given]:
            if name == "seen_version":
                given[name] = row.version
            elif _is_row(wanted[name]):
                given[name] = row = self._row(wanted[name], given["actor"], step)
            elif name in step or hasattr(wanted[name], "_fields"):
                given[name] = self._value(wanted[name], step.get(name, step))
            elif asked[name].default is Parameter.empty:
                given[name] = None
        said = {name: self._value(type(step[name]), step[name]) for name in by_column}
        bound = shape.bind(**said | {name: value for name, value in given.items() if name in asked})
        return verb(*bound.args, **bound.kwargs)

    def _row(self, wanted: Any, actor: Any, step: dict[str, Any]) -> Any:
        """The row that a verb works on, as the actor would load it."""
        if wanted in LOAD:
            return LOAD[wanted](actor, self._ref_of(step["of"], actor), policy.READ[wanted])
        case = policy.case_for(actor, self.made["case"].ref, Action.CASE_KNOW)
        if wanted is Case:
            return case
        row = wanted.get(wanted.ref == self._ref_of(step["of"], actor))
        return policy.carry(case, row)

    def _ref_of(self, name: str, actor: Any) -> str:
        """The ref of what a former step made, or else of the task of that template, one's own if it is a duty."""
        if re.split(r"[.\[]", name)[0] in self.made:
            return str(Formatter().get_field(name, (), self.made)[0].ref)
        is_theirs = Task.duty_of.is_null() | (Task.duty_of == actor.ref)
        found = Task.select().where(Task.case == self.made["case"].ref, Task.template == name, is_theirs)
        return str(found.get().ref)

    # ── what is said, as a verb that wants this type takes it ───────────────────────────────────────────

    def _value(self, wanted: Any, said: Any) -> Any:
        inside = [one for one in get_args(wanted) if one is not NoneType]
        if isinstance(said, str) and (day := DAY.fullmatch(said)):
            return self._day(day)
        if isinstance(said, list):
            several = inside if get_origin(wanted) is tuple and inside[-1] is not ... else inside[:1] * len(said)
            return (get_origin(wanted) or list)(map(self._value, several, said))
        if isinstance(said, dict):
            record = inside[0] if inside else wanted
            if not hasattr(record, "_fields"):
                return {name: self._value(str, one) for name, one in said.items()}
            fields, usual = get_type_hints(record), dict.fromkeys(record._fields) | record._field_defaults
            return record(**usual | {name: self._value(fields[name], said[name]) for name in usual if name in said})
        return self._one(get_origin(wanted) if get_origin(wanted) is IO else inside[0] if inside else wanted, said)

    def _one(self, wanted: Any, said: Any) -> Any:
        if wanted is Person:
            return self.cast[said]
        if wanted is Department:
            return Department.select().where(Department.key == said).get()
        if wanted is IO:
            return io.BytesIO(odd.picture() if said == "picture" else self._words(said).encode())
        if wanted is bytes:
            return self._words(said).encode()
        if wanted is str:
            return self._words(said)
        return wanted(said) if issubclass(wanted, Enum) else said

    def _words(self, said: Any) -> str:
        """Free text with the mark; what is filled in, our own words and numbers as they are."""
        if "{" in str(said):
            return str(said).format_map(self.made)
        return str(said) if not isinstance(said, str) or OWN_WORD.fullmatch(said) else f"{self.mark}{said}"

    def _day(self, said: re.Match[str]) -> date:
        first = clock.today(self.present if said[0] == "today" or said["ahead"] else clock.now())
        count = int(said["count"] or 0) * (-1 if said["side"] == "before" else 1)
        return clock.add_working_days(first, count) if said["working"] else first + timedelta(days=count)


def _opening(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A case is reported and, where there is someone to take it, taken and accepted."""
    said = {name: value for name, value in case.items() if name not in ABOUT_CASE}
    yield said | {"do": "suspicions.report", "by": case["reporter"], "as": "case"}
    if taker := case.get("addressed_to"):
        yield {"do": "suspicions.take", "by": taker, "ref": "{case.ref}"}
        yield {"do": "access.contact.accept", "by": case["reporter"]}


def _each(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The step, once for each of what it is repeated with."""
    [(name, values)] = step.get("each", {"do": [step["do"]]}).items()
    return ({**step, name: value} for value in values)


def _is_row(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, Table) and wanted not in (Person, Department)
