"""A creating form counts once: sent again, it gives what it gave the first time (decision 14, REL-10)."""

import functools
import json
from collections.abc import Callable
from typing import Any, TypeVar

from .. import clock
from ..errors import Conflict
from . import keys
from .db import Table, append_once, lock_chain, transaction
from .outbox import FirstResult

Made = TypeVar("Made", bound=Table)
ALREADY_SENT = "Formularen er allerede sendt med et andet indhold. Åbn den på ny, hvis du vil lave én til."


def creates(model: type[Made]) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Make a verb `(actor, …, key=…)` that returns a row of `model` count once for each key of a person.

    The same key and content give the first row again; the same key with other content raises Conflict. A refused form
    uses up nothing. Without a key (a verb called by a verb) it simply runs.
    """

    def wrap(verb: Callable[..., Made]) -> Callable[..., Made]:
        @transaction
        @functools.wraps(verb)
        def once(actor: Any, *args: Any, key: str | None = None, **kwargs: Any) -> Made:
            if not key:
                return verb(actor, *args, **kwargs)
            name, body = _name_of(verb), hash_of((args, kwargs))
            lock_chain(f"form:{actor.ref}:{name}:{key}")  # sent twice at the same instant, the second waits here
            first = _first_result(actor, name, key)
            if first and first.body_hash != body:
                raise Conflict(ALREADY_SENT)
            if first:
                return model.get(model.ref == first.result)
            made = verb(actor, *args, **kwargs)
            FirstResult.insert(
                person=actor.ref, verb=name, key=key, body_hash=body, result=made.ref, at=clock.now()
            ).execute()
            return made

        return once

    return wrap


def is_sent_before(actor: Any, verb: Callable[..., Any], key: str | None) -> bool:
    """Whether a form with this key made its row already, by a verb that `creates`; what it gives is then the first."""
    return bool(key) and _first_result(actor, _name_of(verb), key) is not None


def first_time(actor: Any, verb: str, key: str) -> bool:
    """Whether a form that makes no row is sent for the first time; inside the caller's transaction."""
    return append_once(
        FirstResult, person=actor.ref, verb=verb, key=key, body_hash="", result=actor.ref, at=clock.now()
    )


def _name_of(verb: Callable[..., Any]) -> str:
    """«tasks.create»; the same for a verb and for what `creates` makes of it."""
    return f"{verb.__module__.rpartition('.')[2]}.{verb.__qualname__}"


def _first_result(actor: Any, name: str, key: str | None) -> FirstResult | None:
    return FirstResult.get_or_none(FirstResult.person == actor.ref, FirstResult.verb == name, FirstResult.key == key)


def hash_of(content: Any) -> str:
    """By what a form is known that holds just this: keyed, since what was typed may be short enough to guess."""
    plain = json.dumps(content, default=lambda value: getattr(value, "ref", str(value)), sort_keys=True)
    return keys.blind(plain)
