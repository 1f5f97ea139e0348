"""Task templates: what a new case gets to do, edited by an administrator, with every edition kept.

A case that has its tasks keeps them, their titles and their why; only what is planned from then on follows the newest
edition. The first assessment of safety, the duty towards a child and both referrals of the card cannot be taken away,
nor asked of fewer (S0-22, S0-23, S1-58): their words and days can be changed.
"""

from typing import Any, NamedTuple

from .. import clock, content
from ..content import TaskTemplate
from ..errors import Invalid, NotFound
from ..kinds import Box, CitizenRole, EditionKind, EventKind, TaskKind
from ..policy import Action, Actor
from ..store.db import new_ref
from ..store.editions import Edition
from ..store.idempotency import creates
from . import editions
from .verbs import reads, verb

KIND = EditionKind.TASK
LONGEST_TITLE = 60  # letters: a line of a list
FURTHEST = 365  # working days
OWN = "Kommunens egen"
KEPT = frozenset({TaskKind.SAFETY, TaskKind.CHILD_REPORT, TaskKind.REFERRAL})
NEEDED = "Opgaven er en del af actioncardet og kan ikke tages væk. Ret dens ord eller dage i stedet."
STAYS = "Opgaven er en del af actioncardet: hvem den gælder, hvor den står, og at den skal gøres, ligger fast."


class Planned(NamedTuple):
    """A task that a case would get: its template, and on which day it would be due."""

    template: TaskTemplate
    due: str
    is_this: bool


@reads(Action.CONTENT_MANAGE)
def everyone(actor: Actor) -> list[TaskTemplate]:
    """Every template in use, in the order of the board's columns."""
    boxes = list(Box)
    return sorted(content.workflow().values(), key=lambda one: (boxes.index(one.box), one.within))


@reads(Action.CONTENT_MANAGE)
def out_of_use(actor: Actor) -> list[tuple[str, str]]:
    """Id and last title of the templates that were taken out of use."""
    gone = (editions.numbers(KIND).keys() | content.file_workflow().keys()) - content.workflow().keys()
    return sorted(((key, content.task_title(key)) for key in gone), key=lambda pair: pair[1].casefold())


def refuse_unknown(key: str) -> None:
    """Raise NotFound unless there is, or was, a template of that id."""
    if not (key in content.workflow() or key in content.file_workflow() or editions.newest(KIND, key)):
        raise NotFound()


@reads(Action.CONTENT_MANAGE)
def get(actor: Actor, key: str) -> TaskTemplate:
    """A template in use. Raises NotFound."""
    if key not in content.workflow():
        raise NotFound()
    return content.workflow()[key]


def history(actor: Actor, key: str) -> list[editions.Version]:
    """Every edition of a template, the newest first."""
    return editions.history(actor, KIND, key, _in_file(key))


def is_kept(template: TaskTemplate) -> bool:
    """Whether the card needs it, so that it cannot be taken away."""
    return template.kind in KEPT


@reads(Action.CONTENT_MANAGE)
def preview(actor: Actor, key: str, typed: dict[str, Any]) -> list[tuple[CitizenRole, list[Planned]]]:
    """What a case with children that is reported today would get, for each role, if the template stood as typed.

    Raises Invalid as `change` does; nothing is written.
    """
    template = _template(key, typed)
    refuse_odd(template)
    after, today = content.workflow() | {template.id: template}, clock.today()
    return [
        (role, [
            Planned(one, clock.short_date(clock.add_working_days(today, one.within)), one.id == template.id)
            for one in sorted(after.values(), key=lambda one: one.within)
            if role in one.roles and one.kind != TaskKind.CHILD_REPORT
        ])
        for role in CitizenRole
    ]  # fmt: skip


@creates(Edition)
@verb(Action.CONTENT_MANAGE)
def add(actor: Actor, typed: dict[str, Any]) -> Edition:
    """Add a task of the municipality's own. Raises Invalid, naming the field, for what cannot be right."""
    return _write(actor, _template(f"own-{new_ref()}", typed), 0, EventKind.TEMPLATE_ADDED)


@verb(Action.CONTENT_MANAGE)
def change(actor: Actor, key: str, typed: dict[str, Any], seen: int) -> Edition:
    """Change a template over the edition that was seen. Raises Invalid as `add`, and for what the card does not allow;
    Conflict when someone was faster."""
    return _write(actor, _template(key, typed), seen, EventKind.TEMPLATE_CHANGED)


@verb(Action.CONTENT_MANAGE)
def retire(actor: Actor, key: str, seen: int) -> Edition:
    """Take a template out of use: new cases do not get it. Raises Invalid for what the card needs."""
    if is_kept(get(actor, key)):
        raise Invalid(NEEDED)
    return editions.write(actor, KIND, key, None, seen, EventKind.TEMPLATE_RETIRED, _in_file(key))


@verb(Action.CONTENT_MANAGE)
def restore(actor: Actor, key: str, number: int, seen: int) -> Edition:
    """Let an earlier edition hold again, as a new one; also of a template that is out of use."""
    template = editions.entry_of(KIND, key, number, _in_file(key), TaskTemplate)
    return _write(actor, template, seen, EventKind.TEMPLATE_RESTORED)


def _write(actor: Actor, template: TaskTemplate, seen: int, action: EventKind) -> Edition:
    refuse_odd(template)
    return editions.write(actor, KIND, template.id, editions.plain(template), seen, action, _in_file(template.id))


def _template(key: str, typed: dict[str, Any]) -> TaskTemplate:
    """What was typed as a template; what no form asks, as it stands."""
    before = content.workflow().get(key) or content.file_workflow().get(key)
    fixed = {"kind": before.kind, "organisation": before.organisation, "source": before.source,
             "instructs": before.instructs} if before else {"source": OWN}  # fmt: skip
    return TaskTemplate(
        id=key, title=typed.get("title") or "", why=typed.get("why") or "", box=Box(typed["box"]),
        roles=tuple(CitizenRole(one) for one in typed.get("roles") or ()), within=typed.get("within") or 0,
        must=bool(typed.get("must")), if_children=bool(typed.get("if_children")), **fixed,
    )  # fmt: skip


def refuse_odd(template: TaskTemplate) -> None:
    """Raise Invalid, naming the field, for a template that cannot be right."""
    if not template.title or len(template.title) > LONGEST_TITLE:
        raise Invalid(f"Skriv en titel på højst {LONGEST_TITLE} tegn.", "title")
    if not template.roles:
        raise Invalid("Vælg mindst én slags sag.", "roles")
    if not 0 <= template.within <= FURTHEST:
        raise Invalid(f"Skriv arbejdsdage fra 0 til {FURTHEST}.", "within")
    in_file = content.file_workflow().get(template.id)
    if in_file and is_kept(in_file) and _of_the_card(template) != _of_the_card(in_file):
        raise Invalid(STAYS)


def _of_the_card(template: TaskTemplate) -> tuple[Any, ...]:
    return (
        template.kind,
        template.organisation,
        template.box,
        set(template.roles),
        template.must,
        template.if_children,
    )


def _in_file(key: str) -> dict[str, Any] | None:
    template = content.file_workflow().get(key)
    return editions.plain(template) if template else None
