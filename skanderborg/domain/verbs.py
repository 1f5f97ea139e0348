"""What every verb does first: it runs in one transaction, asks the policy, and leaves a closed case as it is."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import peewee

from .. import policy
from ..errors import Invalid
from ..policy import Action
from ..store.cases import Case
from ..store.db import Table, lock_chain, transaction
from ..store.prepared import Parameter, prepared

P = ParamSpec("P")
R = TypeVar("R")


def reads(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make `(actor, row, …)` ask the policy for the action on the row, or `(actor, …)` for the action alone.

    Raises NotAllowed.
    """

    def wrap(read: Callable[P, R]) -> Callable[P, R]:
        given = _given_to(read)

        @functools.wraps(read)
        def asking(*args: P.args, **kwargs: P.kwargs) -> R:
            actor, row = given(args, kwargs)
            policy.require(actor, action, row)
            return read(*args, **kwargs)

        return asking

    return wrap


def verb(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `reads`, for what writes: in a transaction, in which its rows, event and letters stand or fall together."""

    def wrap(do: Callable[P, R]) -> Callable[P, R]:
        return transaction(reads(action)(do))

    return wrap


def work(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """As `verb`, for what is done on an open case only. Raises Invalid too."""

    def wrap(do: Callable[P, R]) -> Callable[P, R]:
        given = _given_to(do)

        @functools.wraps(do)
        def on_open(*args: P.args, **kwargs: P.kwargs) -> R:
            _, row = given(args, kwargs)
            refuse_closed(row if isinstance(row, Case) else row.case)
            return do(*args, **kwargs)

        return verb(action)(on_open)

    return wrap


def _given_to(function: Callable[..., Any]) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Finds, in what the function is given, who acts, and the row of a case that it is about: the second, if it is one.
    A part that says nothing of what is allowed with it is part of its case."""
    first, second = [*inspect.signature(function).parameters, ""][:2]

    def given(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        actor = args[0] if args else kwargs[first]
        row = args[1] if len(args) > 1 else kwargs.get(second)
        if not isinstance(row, Table) or not (isinstance(row, Case) or "case" in row._meta.fields):
            return actor, None
        return actor, row if hasattr(row, "allowed") or isinstance(row, Case) else row.case

    return given


def refuse_closed(case: Case) -> None:
    """Raise Invalid when the case is closed, as it stands now: a stale tab changes nothing (REL-14).

    The case stays as it is until the end of the transaction.
    """
    lock_chain(f"case:{case.ref}")
    if _closed.first(case=case.ref):
        raise Invalid("Sagen er afsluttet. Genåbn den først.")


@prepared
def _closed(*, case: Parameter) -> peewee.ModelSelect:
    return Case.select(Case.ref).where(Case.ref == case, Case.closed_at.is_null(False))
