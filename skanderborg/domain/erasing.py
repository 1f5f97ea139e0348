"""A case is erased: its data key first, by which all of it is unreadable at once, then its rows step by step.

Each step is a transaction, and what is left is found in the rows: a worker that was killed goes on where it was. The
events of the case stay, and what they said is sealed with the key that is gone; its row in the ledger stays.
"""

import itertools
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import peewee

from .. import clock
from ..kinds import EventKind
from ..store import binding, erasures, events, keys, owned, wiping
from ..store.cases import Case, CaseLink, Relation
from ..store.db import Table, lock_chain, remove, transaction
from ..store.earlier import as_there
from ..store.erasures import Erasure
from ..store.files import FileChunk
from ..store.outbox import OutboxLetter, Told
from ..store.practice import was_born_so

ROWS_A_STEP = 200
CHUNKS_A_STEP = 8  # of a mebibyte
Named = Sequence[tuple[type[Table], peewee.Expression]]
log = logging.getLogger(__name__)


def go_on(now: datetime) -> int:
    """Erase what is to be erased and is not yet; how many cases are now.

    A tick: running it twice, or late, is harmless. A row of the ledger that the program did not write erases nothing.
    """
    done = 0
    for erasure in list(Erasure.select().where(Erasure.done_at.is_null()).order_by(Erasure.started_at, Erasure.ref)):
        if not erasures.is_genuine(erasure):
            log.error("an erasure in the ledger was not written by the program")
            continue
        left = deque(owned.tables()[:-1])
        while left:
            _step(erasure, left)
        done += _finish(erasure, now)
    return done


def hold(case: str) -> None:
    """Hold a case and those that are linked to it, as a transaction does first that may `begin` to erase it."""
    links = CaseLink.select(CaseLink.case, CaseLink.other).where(owned.of_case(CaseLink, case)).tuples()
    for one in sorted({case, *itertools.chain(*links)}):
        lock_chain(f"case:{one}")


def names(case: str) -> Named:
    """What names the case or a row of it elsewhere: drafts, letters. It takes its time: before the transaction."""
    return owned.naming(owned.refs(case) | {case})


def begin(case: str, now: datetime, named: Named = (), **said: Any) -> Erasure:
    """Begin to erase a case, `said` being the columns of the ledger: from here on nothing of it opens, for anyone, and
    nobody sees it. Inside a transaction that has called `hold`.

    What was `named` goes at once, and links from other cases. Raises ValueError where nobody decided it, but for what
    was born as an exercise (domain/practice.py).
    """
    if not said.get("decided_by") and Case.select().where(Case.ref == case).exists() and not was_born_so(case):
        raise ValueError("nobody decided that this case is erased")
    erasure = erasures.put(now, *owned.sizes(case).get(case, (0, 0)), case_ref=case, **said)
    _take(named)
    for model, (by, *columns) in owned.EMPTIED.items():
        model.update(dict.fromkeys([by, *columns])).where(model._meta.fields[by] == case).execute()
    remove(CaseLink, owned.of_case(CaseLink, case))
    remove(Relation, Relation.case == case)
    keys.destroy(f"case:{case}")
    _tell(case, EventKind.CASE_ERASING)
    return erasure


def _take(named: Named) -> None:
    for model, which in named:
        if model is OutboxLetter:
            Told.delete().where(Told.letter.in_(OutboxLetter.select(OutboxLetter.ref).where(which))).execute()
        model.delete().where(which).execute()


def _tell(case: str, what: EventKind) -> None:
    events.append(
        f"case:{case}", clock.now(), actor=None, action=what, object_kind="case", object_ref=case, is_write=True
    )


@transaction
def _step(erasure: Erasure, left: deque[type[Table]]) -> None:
    """Take some rows away of the first of the tables that has any, and those before it from what is `left`. The case's
    own row is the last one."""
    case = erasure.case_ref
    lock_chain(f"case:{case}")
    while left and not _take_some(left[0], case):
        left.popleft()
    if left:
        _tell(case, EventKind.ROWS_ERASED)


def _take_some(model: type[Table], case: str) -> int:
    """Take rows of a table to which nothing refers; how many."""
    which = owned.of_case(model, case)
    if "ref" in model._meta.fields:
        some = model.select(model.ref).where(owned.loose_ends(model, case))
        which = model.ref.in_(some.limit(CHUNKS_A_STEP if model is FileChunk else ROWS_A_STEP))
    if binding.is_bound(model):
        return remove(model, which)
    return model.delete().where(which).execute()


def _finish(erasure: Erasure, now: datetime) -> bool:
    """Take the case itself away, and what is left in the database's files; False where that must be tried again."""
    _take_case(erasure, owned.naming({erasure.case_ref}))  # what was typed meanwhile on a page that was still open
    if not wiping.wipe([*owned.tables(), *owned.NAMES, keys.DataKey]):
        return False
    _close(erasure, now)
    return True


@transaction
def _take_case(erasure: Erasure, named: Named) -> None:
    case = erasure.case_ref
    lock_chain(f"case:{case}")
    _take(named)
    if Case.select().where(Case.ref == case).exists():
        remove(Case, Case.ref == case)
        _tell(case, EventKind.CASE_ERASED)


@transaction
def _close(erasure: Erasure, now: datetime) -> None:
    Erasure.update(done_at=now).where(Erasure.ref == erasure.ref, Erasure.done_at.is_null()).execute()


# ── the ledger outside the database ─────────────────────────────────────────────────────────────────


def ledger() -> list[dict[str, Any]]:
    """Every case that was erased or is being erased, as JSON can hold it: what a backup keeps for `replay`."""
    return [erasures.line_of(one) for one in as_there(Erasure).order_by(Erasure.started_at, Erasure.ref)]


def replay(lines: Iterable[dict[str, Any]], now: datetime) -> int:
    """Erase, in a copy of the database from before, each case that such a ledger tells of and this one does not; and
    what was under way when the copy was made. At once, without asking anyone: it was decided. How many are erased now.

    Only for a restore, before anyone signs in. A case that the copy never had gets its row in the ledger all the same.
    """
    for line in lines:
        said = erasures.columns_of(line)
        _begin_again(said.pop("case_ref"), names(line["case_ref"]), said, now)
    return go_on(now)


@transaction
def _begin_again(case: str, named: Named, said: dict[str, Any], now: datetime) -> None:
    hold(case)
    if not Erasure.select().where(Erasure.case_ref == case).exists():
        begin(case, now, named, **said)
