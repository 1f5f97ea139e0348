"""Fields in which one chooses: of a closed list, whose members they give back, or of what a route offers."""

from collections.abc import Callable, Iterable
from typing import Any

import wtforms
from wtforms import validators

from ..kinds import Kind

MISSING = "Udfyld feltet."
# a member of a closed list, or a value and its label, and what it stands under where the list has groups
Offered = Kind | tuple[str, ...]


def choice(
    label: str, choices: Iterable[Offered], required: str = MISSING, default: str | None = None, **more: Any
) -> wtforms.RadioField:
    """One of a few, as radio buttons. Of a closed list what is chosen is its member; a route may offer less of it."""
    checks = [validators.InputRequired(required)] if required else [validators.Optional()]
    choices = list(choices)
    return wtforms.RadioField(label, checks, choices=choices, default=default, coerce=_coerced_to(choices), **more)


def select(
    label: str, required: str = "", choices: Iterable[Offered] = (), default: str | None = None
) -> wtforms.SelectField:
    """One of many, as a select. Optional unless `required` says what to do; where there are no `choices`, the route
    gives them."""
    checks = [validators.InputRequired(required)] if required else [validators.Optional()]
    choices = list(choices)
    return wtforms.SelectField(label, checks, choices=choices, default=default, coerce=_coerced_to(choices))


class ManyField(wtforms.SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()


def many(label: str, choices: Iterable[Offered]) -> ManyField:
    """Several of a closed list."""
    choices = list(choices)
    return ManyField(label, choices=choices, coerce=_coerced_to(choices))


def _coerced_to(choices: list[Offered]) -> Callable[[Any], Any]:
    """What makes a member of the closed list from which choices are offered; what is not chosen stays nothing."""
    kind = next((type(value) for value, *_ in map(_words, choices) if isinstance(value, Kind)), None)
    return str if kind is None else lambda sent: kind(sent) if sent else ""


def offered(listed: Iterable[Offered]) -> list[wtforms.SelectChoice]:
    """What is offered, as the form library wants it."""
    return [_offered(*_words(one)) for one in listed]


def _offered(value: str, label: str, group: str | None = None) -> wtforms.SelectChoice:
    return wtforms.SelectChoice(value, label, optgroup=group)


def _words(one: Offered) -> tuple[str, ...]:
    return (one, one.label) if isinstance(one, Kind) else one
