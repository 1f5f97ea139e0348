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
        row_of = _second_of(read)

        @functools.wraps(read)
        def asking(*args: P.args, **kwargs: P.kwargs) -> R:
            policy.require(args[0], action, row_of(args, kwargs))  # type: ignore[arg-type]
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
        row_of = _second_of(do)

        @functools.wraps(do)
        def on_open(*args: P.args, **kwargs: P.kwargs) -> R:
            row = row_of(args, kwargs)
            refuse_closed(row if isinstance(row, Case) else row.case)
            return do(*args, **kwargs)

        return verb(action)(on_open)

    return wrap


def _second_of(function: Callable[..., Any]) -> Callable[[tuple[Any, ...], dict[str, Any]], Any]:
    """Finds, in what the function is given, the row of a case that it is about: the second, behind the actor. A part
    that says nothing of what is allowed with it is part of its case."""
    names = list(inspect.signature(function).parameters)

    def row(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        second = args[1] if len(args) > 1 else kwargs.get(names[1]) if len(names) > 1 else None
        if not isinstance(second, Table) or not (isinstance(second, Case) or "case" in second._meta.fields):
            return None
        return second if hasattr(second, "allowed") or isinstance(second, Case) else second.case

    return row


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
