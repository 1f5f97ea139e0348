"""What a person decides of an import: what its columns mean, to import it, to throw it away, to undo it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ... import clock, content
from ...danish.dates import DateOrder, ShortYears
from ...danish.words import folded
from ...errors import Conflict, Invalid
from ...kinds import EventKind, ImportStatus, IncidentStatus
from ...policy import SYSTEM, Action, Actor
from ...store.cases import Case
from ...store.db import change, lock_chain, rewrite, transaction
from ...store.incidents import Exhibit, ImportChunk, Incident, LogImport
from ...store.people import Person
from .. import incidents, rules, verbs
from ..verbs import reads, verb, work
from ..written import revise
from . import plan_by, trial
from .chats import Part, Together
from .columns import ONCE, Column
from .sides import Side

DIALOGUE, INITIAL = 2, 2  # senders; letters
UNDO_FIRST = "Fortryd den import først, hvis filen skal læses anderledes."
ELSEWHERE = "Importen er ikke længere, som du så den. Se, hvordan den står nu."


class Choices(NamedTuple):
    """What a person says of a file: what its columns hold, how its dates are written, what a row without a type is, and
    how its letters are read where that was asked."""

    columns: tuple[Column, ...]
    order: DateOrder
    years: ShortYears
    default_type: str
    letters: str = ""


class Ticks(NamedTuple):
    """What was ticked before *Importér*."""

    dates_seen: bool
    without_faulty: bool
    without_alike: bool
    senders_seen: bool = False


class Traces(NamedTuple):
    """What was done with the rows of an import since: how many were changed or struck, and have exhibits."""

    changed: int
    with_exhibits: int


# ── before *Importér* ───────────────────────────────────────────────────────────────────────────────


@reads(Action.INCIDENT_RECORD)
def understand(actor: Person, row: LogImport, said: Choices, seen_version: int) -> LogImport:
    """Say what the columns mean, and try every row out. Raises Invalid at the column («c3») that is wrong, Conflict."""
    _check_columns(said.columns)
    if said.default_type not in {one.id for one in content.incidents().type}:
        raise Invalid("Vælg en type på listen.", "default_type")
    if row.choices.get("readings") and said.letters not in [way for way, _ in row.choices["readings"]]:
        raise Invalid("Vælg, hvordan bogstaverne skal læses.", "letters")
    return _try(actor, row, said._asdict(), seen_version)


class ChatChoices(NamedTuple):
    """What a person says of a chat: who each of those asked about is, what stands together, how days are written."""

    parts: dict[str, Part]
    together: Together
    order: DateOrder


@reads(Action.INCIDENT_RECORD)
def tell_apart(actor: Person, row: LogImport, said: ChatChoices, seen_version: int) -> LogImport:
    """Say who is who in a chat, and try every row out. Raises Invalid where nobody in it is part of the case, or where
    more rows come of it than one import may have; Conflict."""
    if not {Part.UDOEVER, Part.EXPOSED} & set(said.parts.values()):
        raise Invalid("Vælg, hvem der er udøveren.", "p0")
    plan = plan_by(row, row.choices | said._asdict())
    found = trial.tried(row.case, trial.chunks_of(row, plan), plan)
    if not found.verdicts:
        raise Invalid("Ingen af beskederne er fra udøveren. Vælg, hvem der er udøveren.", "p0")
    return _remember(actor, row, said._asdict(), found, seen_version)


@reads(Action.INCIDENT_RECORD)
def explain(actor: Person, row: LogImport, meanings: Mapping[str, str], seen_version: int) -> LogImport:
    """Say once for the whole file what words of it mean: types by their id, senders by their side. An empty meaning
    leaves a word as it is. Raises Invalid for what was not asked or is no answer, Conflict."""
    asked = _tried(row).asked
    if any(key not in asked or (said and said not in dict(meanings_of(key))) for key, said in meanings.items()):
        raise Invalid("Vælg på listerne, hvad ordene betyder.")
    words = row.choices.get("words", {}) | meanings
    return _try(actor, row, {"words": {key: said for key, said in words.items() if said}}, seen_version)


@reads(Action.INCIDENT_RECORD)
def turn(actor: Person, row: LogImport, seen_version: int) -> LogImport:
    """Let day and month of every date that a workbook has as a date change places, or let them be as they were, and try
    every row out again: a spreadsheet of another country read 3/4 as 4 March. Raises Conflict."""
    _tried(row)
    return _try(actor, row, {"turns": not row.choices.get("turns")}, seen_version)


def meanings_of(key: str) -> list[tuple[str, str]]:
    """What a word that is asked about can mean: a type or an act of the citizen, or whose act its rows are."""
    if not key.startswith(Column.TYPES):
        return [(side.value, side.label) for side in Side]
    types = [(one.id, one.label) for one in content.incidents().type if not one.retired]
    return [*types, *((act.value, f"{act.label} (tæller ikke)") for act in incidents.OWN_ACTS)]


def unknown_senders(row: LogImport) -> list[str]:
    """The senders, where there are several, of whom nobody said whether they are the citizen, and nothing tells it."""
    found, said = _tried(row), row.choices.get("words") or {}
    senders = [
        cell for key, (cell, _) in found.asked.items() if key.startswith(f"{Column.SENDER}:") and key not in said
    ]
    return senders if len(senders) > 1 and not found.has_own else []


def may_be_the_citizen(row: LogImport) -> bool:
    """Whether one of the senders is likely to be the citizen: two who write to each other, or one of a like name. Many
    profiles of one udøver are only pointed out."""
    senders = unknown_senders(row)
    own = {word for word in folded((row.choices.get("citizen") or [""])[0]) if len(word) > INITIAL}
    return len(senders) == DIALOGUE or any(not own.isdisjoint(folded(sender)) for sender in senders)


def _try(actor: Person, row: LogImport, said: dict[str, Any], seen_version: int) -> LogImport:
    """Try every row out, understood so; before the transaction, since it reads the whole file."""
    plan = plan_by(row, row.choices | said)
    return _remember(actor, row, said, trial.tried(row.case, trial.chunks_of(row, plan), plan), seen_version)


def _check_columns(chosen: tuple[Column, ...]) -> None:
    for place, column in enumerate(chosen):
        if column in ONCE and column in chosen[:place]:
            raise Invalid(
                f"«{column.label}» er valgt til to kolonner. Vælg «{Column.MORE.label}» til den ene.", f"c{place}"
            )
    if Column.MOMENT not in chosen:
        raise Invalid("Vælg, hvilken kolonne der er datoen.", "c0")
    if not {Column.WHAT, Column.MORE, Column.TYPES} & set(chosen):
        raise Invalid("Vælg, hvilken kolonne der siger, hvad der skete.", "c0")


@transaction
def _remember(actor: Person, row: LogImport, said: dict[str, Any], found: trial.Trial, seen_version: int) -> LogImport:
    verbs.refuse_closed(row.case)
    _refuse_other(row, ImportStatus.READ)
    more = {"stopped": None, "tried_at": clock.now().isoformat()}
    choices = row.choices | said | found._asdict() | more
    count = len(found.verdicts)  # of a chat as many as come of its messages
    return revise(actor, EventKind.IMPORT_UNDERSTOOD, row, seen_version, told=(), choices=choices, row_count=count)


class Earlier(NamedTuple):
    """What other imports of the case mean for one that was read: `before` is the one in which the same table stands in
    the log; `is_stale`: one was finished or undone since the rows were tried out, so that the preview may be wrong."""

    before: LogImport | None
    is_stale: bool


def earlier(row: LogImport) -> Earlier:
    """What the case's finished and undone imports mean for this one, in one query."""
    is_over = LogImport.status.in_((ImportStatus.DONE, ImportStatus.UNDONE))
    others = list(LogImport.select().where(LogImport.case == row.case_id, is_over))
    same = _table_of(row)
    chosen: dict[str, Any] = row.choices or {}
    tried = datetime.fromisoformat(chosen["tried_at"]) if chosen.get("tried_at") else row.at
    done = (one for one in others if one.status == ImportStatus.DONE)
    return Earlier(
        next((one for one in done if same and _table_of(one) == same), None),
        any(moment and moment > tried for one in others for moment in (one.finished_at, one.undone_at)),
    )


def _table_of(row: LogImport) -> str | None:
    """The hash of the table that was imported, as long as it is known."""
    return row.choices.get("file") if row.choices else None


@reads(Action.INCIDENT_RECORD)
def start(actor: Person, row: LogImport, ticks: Ticks, seen_version: int) -> LogImport:
    """Let the worker import what is ready; a preview that is not so any more is made again, to be looked at first: the
    import is then still READ. Raises Invalid, Conflict as `_start` and `understand` do."""
    _tried(row)
    others = earlier(row)
    if others.before is None and others.is_stale:
        return _try(actor, row, {}, seen_version)
    return _start(actor, row, ticks, seen_version)


@transaction
def _start(actor: Person, row: LogImport, ticks: Ticks, seen_version: int) -> LogImport:
    """Raises Invalid at the tick that is missing, while another import of the case
    is under way, and when there is nothing to import; Conflict when the file is understood otherwise by now."""
    verbs.refuse_closed(row.case)
    _refuse_other(row, ImportStatus.READ)
    if before := earlier(row).before:
        day = clock.long_date_with_year(clock.local(before.finished_at).date())
        raise Invalid(f"Filen er importeret {day}. {UNDO_FIRST}")
    _check_ticks(row, ticks)
    under_way = LogImport.select().where(LogImport.case == row.case_id, LogImport.status == ImportStatus.QUEUED)
    if under_way.exists():
        raise Invalid("En anden import til sagen er i gang. Vent, til den er færdig.")
    choices = row.choices | {"without_alike": ticks.without_alike}
    return revise(actor, EventKind.IMPORT_QUEUED, row, seen_version, told=(), status=ImportStatus.QUEUED,
                  choices=choices, done_count=0, added_count=0, by=actor)  # fmt: skip


def _check_ticks(row: LogImport, ticks: Ticks) -> None:
    counts = _tried(row).counts
    if counts[trial.View.UNSURE] and not ticks.dates_seen:
        raise Invalid("Se rækkerne i tvivl igennem, og sæt hak, når de er forstået rigtigt.", "dates_seen")
    if may_be_the_citizen(row) and not ticks.senders_seen:
        raise Invalid("Sig, om en af afsenderne er borgeren selv: det, borgeren sendte, tæller ikke.", "senders_seen")
    if counts[trial.View.FAULTY] and not ticks.without_faulty:
        raise Invalid(
            "Nogle rækker har fejl. Ret dem i filen, eller sæt hak for at importere resten.", "without_faulty"
        )
    if not _tried(row).ready:
        raise Invalid("Der er ingen rækker at importere. De står i loggen allerede, eller de har fejl.")


def _tried(row: LogImport) -> trial.Trial:
    if not row.choices.get("verdicts"):
        raise Conflict(ELSEWHERE)
    return trial.of(row.choices)


@verb(Action.INCIDENT_RECORD)
def discard(actor: Person, row: LogImport, seen_version: int) -> LogImport:
    """Throw away what was read and not imported; its rows are gone. Raises Conflict where it was imported by now."""
    _refuse_other(row, ImportStatus.READ)
    gone = _forget(actor, EventKind.IMPORT_DISCARDED, row, seen_version, clock.now())
    _empty([row.ref])
    return gone


def refuse_unless(row: LogImport, status: ImportStatus) -> None:
    """Raise Conflict unless the page that was sent is one of an import that stands so."""
    if row.status != status:
        raise Conflict(ELSEWHERE)


def _refuse_other(row: LogImport, status: ImportStatus) -> None:
    """Raise Conflict unless the import stands so now, inside the transaction."""
    lock_chain(f"case:{row.case_id}")
    if not LogImport.select().where(LogImport.ref == row.ref, LogImport.status == status).exists():
        raise Conflict(ELSEWHERE)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────────


@reads(Action.INCIDENT_RECORD)
def traces(actor: Person, row: LogImport) -> Traces:
    """What was done with the rows since they came: what is lost from sight when the import is undone."""
    mine = Incident.select(Incident.ref).where(Incident.log_import == row.ref)
    changed = Incident.select().where(Incident.log_import == row.ref, Incident.version > 1)
    return Traces(
        changed.count(), Exhibit.select(Exhibit.incident.distinct()).where(Exhibit.incident.in_(mine)).count()
    )


@reads(Action.INCIDENT_RECORD)
def like_danger(actor: Person, row: LogImport) -> int:
    """How many rows that count name a type which may be a danger sign: told, and left to people to decide."""
    mine = Incident.select().where(Incident.log_import == row.ref, incidents.counts())
    return sum(incidents.may_be_danger(one) for one in mine)


def _forget(actor: Actor, done: EventKind, row: LogImport, seen_version: int, now: datetime) -> LogImport:
    return revise(actor, done, row, seen_version, told=(), status=ImportStatus.DISCARDED, choices=None, finished_at=now)


@work(Action.INCIDENT_RECORD)
def undo(actor: Person, row: LogImport, reason: str, seen_version: int) -> LogImport:
    """Take every row of an import out of the log again, changed and struck ones too.

    The file can then be imported anew. Raises Invalid on a closed case, Conflict where it is undone already.
    """
    _refuse_other(row, ImportStatus.DONE)
    count = take_out(row, IncidentStatus.LIVE, IncidentStatus.STRUCK)
    return revise(
        actor, EventKind.IMPORT_UNDONE, row, seen_version,
        told={"undo_reason": [None, reason], "added_count": [count, 0]},
        status=ImportStatus.UNDONE, undone_at=clock.now(), undone_by=actor, undo_reason=reason,
    )  # fmt: skip


def take_out(row: LogImport, *standing: IncidentStatus) -> int:
    """Let the rows of an import that stand so count no more, inside the caller's transaction; their numbers stay."""
    its_own = Incident.log_import == row.ref, Incident.status.in_(standing)
    return len(rewrite(Incident, *its_own, status=IncidentStatus.UNDONE, struck_at=None, version=Incident.version + 1))


@transaction
def expire(now: datetime) -> int:
    """Forget the rows of files that nobody imported, and of imports long done: what counts stands in the log.

    A tick: running it twice, or late, is harmless. Returns how many imports were emptied.
    """
    old = now - timedelta(days=rules.current().import_kept_days)
    is_full = LogImport.ref.in_(ImportChunk.select(ImportChunk.log_import).where(ImportChunk.rows.is_null(False)))
    forgotten = list(LogImport.select().where(LogImport.status == ImportStatus.READ, LogImport.at < old))
    for row in forgotten:
        _forget(SYSTEM, EventKind.IMPORT_EXPIRED, row, row.version, now)
    long_done = (LogImport.status.not_in((ImportStatus.READ, ImportStatus.QUEUED))) & (LogImport.finished_at < old)
    over = [row.ref for row in LogImport.select(LogImport.ref).where(long_done, is_full)]
    for done in list(LogImport.select().where(LogImport.ref.in_(over), LogImport.status == ImportStatus.DONE)):
        change(done, done.version, choices={"file": _table_of(done)})  # the same file is known again
    rewrite(LogImport, LogImport.ref.in_(over), LogImport.status != ImportStatus.DONE, choices=None)
    _empty([*(row.ref for row in forgotten), *over])
    return len(forgotten) + len(over)


def _empty(imports: list[str]) -> None:
    """Forget the rows as they stood in the file."""
    ImportChunk.update(rows=None).where(ImportChunk.log_import.in_(imports), ImportChunk.rows.is_null(False)).execute()


def case_of(row: LogImport) -> Case:
    """The case that an import belongs to, for the worker."""
    return Case.get_by_id(row.case_id)
