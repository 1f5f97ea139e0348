"""Trying an import out: every row is understood, and nothing is stored but one letter of verdict for each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from ... import clock
from ...kinds.base import Kind
from ...store.cases import Case
from ...store.incidents import ImportChunk, LogImport
from .. import incidents
from . import chats, letters
from .plans import Plan, key_of
from .rows import Understood, understood

MONTHS_A_YEAR = 12
MOST_ASKED = 60  # words of which only people know what they mean
ROWS_A_CHUNK = 500  # as isolated/tables.py writes them
UNSURE, DOUBLE, UNSURE_DOUBLE, PLAIN = "u", "h", "b", "."
DOUBTS = {  # why a row may be meant otherwise, told beside it
    "order": "Dag og måned kan være byttet om.",
    "year": "Årstallet mangler eller har kun to cifre.",
    "weekday": "Ugedagen passer ikke til datoen.",
    "hour": "Klokkeslættet hører til dagen efter, eller der står to forskellige.",
    "cell": "Regnearket kan have byttet om på dag og måned, for andre datoer i filen er tekst.",
    "quote": "En celle i anførselstegn rummer linjer, der begynder med en dato.",
    "wide": "Rækken har flere celler end de andre: et skilletegn i teksten kan have delt den.",
    "letters": "Nogle tegn i filen kunne ikke læses. De står som \ufffd.",
    "count": "Antallet er ikke et tal, men «mindst».",
    "direction": "Det er usikkert, hvem der har sendt det.",
    "own": "Teksten kan handle om, hvad borgeren selv gjorde. Det er ingen kontakt.",
}


class Verdict(Kind):
    """What will become of a row."""

    READY = "r", "Klar"
    FAULTY = "e", "Fejl"
    KNOWN = "k", "Står allerede i loggen"
    ALIKE = "s", "Ens med en tidligere række i filen"


class View(Kind):
    """Which rows of the preview are shown."""

    ALL = "alle", "Alle"
    FAULTY = "fejl", "Med fejl"
    UNSURE = "tvivl", "I tvivl"
    DOUBLE = "dobbelt", "Den dobbelte time"
    ALIKE = "ens", "Ens i filen"
    KNOWN = "kendt", "Allerede i loggen"


class Trial(NamedTuple):
    """A letter for each row of the file, in its order: what becomes of it, and what to look at. `asked`: each word that
    only people know, by plans.key_of, with the cell and in how many rows it stands; `settled`: a day to be read in
    one way says how the others are meant; `turned`: the days that are no text may be turned; `has_own`: some rows are
    the citizen's own acts; `has_cells`: some days are no text but dates of the workbook."""

    verdicts: str
    marks: str
    asked: dict[str, tuple[str, int]] = {}
    settled: bool = False
    turned: bool = False
    has_own: bool = False
    has_cells: bool = False

    def doubts(self, one: Understood) -> frozenset[str]:
        """Why a row may be meant otherwise, by what the whole file says."""
        unsure = one.unsure - {"order"} if self.settled else one.unsure
        return unsure | {"cell"} if self.turned and one.is_cell else unsure

    @property
    def counts(self) -> dict[View, int]:
        """How many rows each view has."""
        return {view: len(self.places(view)) for view in View}

    @property
    def ready(self) -> int:
        """How many rows would come into the log."""
        return self.verdicts.count(Verdict.READY) + self.verdicts.count(Verdict.ALIKE)

    def places(self, view: View) -> Sequence[int]:
        """Where the rows of a view stand, from 0."""
        if view == View.ALL:
            return range(len(self.verdicts))
        if view in (View.UNSURE, View.DOUBLE):
            letters = UNSURE_DOUBLE + (UNSURE if view == View.UNSURE else DOUBLE)
            return [place for place, mark in enumerate(self.marks) if mark in letters]
        wanted = Verdict[view.name]
        return [place for place, verdict in enumerate(self.verdicts) if verdict == wanted]


class TrialRow(NamedTuple):
    """A row of the preview: its number in the file, its cells, what it says, what becomes of it, and why it is in
    doubt."""

    number: int
    cells: list[str]
    understood: Understood
    verdict: Verdict
    mark: str
    doubts: list[str]


def tried(case: Case, chunks: Iterable[list[Any]], plan: Plan) -> Trial:
    """Understand every row and look whether it stands in the log, or earlier in the file."""
    known, seen = _known(case), Counter[str]()
    verdicts: list[str] = []
    found: list[Understood] = []
    asked = _Asked()
    with clock.telling(clock.now()):  # one now for the whole file
        for row in (row for chunk in chunks for row in chunk):
            one = understood(row, plan)
            verdicts.append(_verdict(case, one, known, seen))
            asked.hear(one)
            found.append(one._replace(said=None, faults=(), asks=()))
    proves, contradicts = any(one.proves for one in found), any(one.contradicts for one in found)
    has_cells = any(one.is_cell for one in found)
    turned = has_cells and (proves or contradicts)  # only text can do either
    settled = proves and not contradicts and not turned  # one 25/4 says how every 3/4 of the same file is meant
    trial = Trial("".join(verdicts), "", asked.often(), settled, turned, asked.has_own, has_cells)
    return trial._replace(marks="".join(_mark(one, trial.doubts(one)) for one in found))


class _Asked:
    """Words of which only people know what they mean, while rows are gone through; and whether any is the citizen's."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[str, int]] = {}
        self.has_own = False

    def hear(self, one: Understood) -> None:
        self.has_own |= bool(one.said and one.said.kind in incidents.OWN_ACTS)
        for column, cell in one.asks:
            key = key_of(column, cell)
            first, count = self.words.get(key, (cell, 0))
            self.words[key] = first, count + 1

    def often(self) -> dict[str, tuple[str, int]]:
        often = sorted(self.words, key=lambda key: -self.words[key][1])[:MOST_ASKED]
        return {key: self.words[key] for key in often}


def of(said: Mapping[str, Any]) -> Trial:
    """The trial that was kept with what was said of an import."""
    return Trial(**{name: said[name] for name in Trial._fields if name in said})


def rows(log_import: LogImport, plan: Plan, trial: Trial, places: Sequence[int]) -> list[TrialRow]:
    """The rows at these places, read again from what was kept."""
    kept = _at(log_import, plan, places)
    found = []
    for place in places:
        row = kept[place]
        verdict = Verdict(trial.verdicts[place])
        said = understood(row, plan)
        cells = [letters.read_as(cell, plan.letters) for cell in row[2]]
        found.append(TrialRow(row[0], cells, said, verdict, trial.marks[place], _told(said, trial.doubts(said))))
    return found


def _told(one: Understood, doubts: frozenset[str]) -> list[str]:
    """Why a row is in doubt, in words, and which day it may be instead."""
    sentences = [DOUBTS[doubt] for doubt in DOUBTS if doubt in doubts]
    day = one.said.from_on if one.said and doubts & {"order", "cell"} else None
    if day and day.day <= MONTHS_A_YEAR and day.day != day.month:
        other = clock.long_date_with_year(day.replace(month=day.day, day=day.month))
        sentences.append(f"Det kan også være {other}.")
    return sentences


def _at(log_import: LogImport, plan: Plan, places: Sequence[int]) -> dict[int, Any]:
    """The rows at these places. Those of a chat are found by going through it."""
    if plan.chat:
        wanted, rows = set(places), (row for chunk in chunks_of(log_import, plan) for row in chunk)
        return {place: row for place, row in enumerate(islice(rows, max(places, default=-1) + 1)) if place in wanted}
    wanted = {place // ROWS_A_CHUNK + 1 for place in places}
    kept = {chunk.number: chunk.rows for chunk in _chunks(log_import).where(ImportChunk.number.in_(sorted(wanted)))}
    return {place: kept[place // ROWS_A_CHUNK + 1][place % ROWS_A_CHUNK] for place in places}


def chunks_of(log_import: LogImport, plan: Plan) -> Iterator[list[Any]]:
    """The rows of the file, or those that come of a chat, one chunk in memory at a time."""
    raw = _raw(log_import)
    return chats.chunks(raw, plan.chat, plan.is_of_udoever) if plan.chat else raw


def _raw(log_import: LogImport) -> Iterator[list[Any]]:
    for (number,) in list(_chunks(log_import, ImportChunk.number).tuples()):
        chunk = ImportChunk.get(ImportChunk.log_import == log_import.ref, ImportChunk.number == number)
        yield chunk.rows


def told_apart(case: Case, said: incidents.Account, seen: Counter[str]) -> tuple[str, bool]:
    """The fingerprint of a row, another for each of several alike in one file; and whether it is not the first."""
    alike = incidents.fingerprint(case, said)
    seen[alike] += 1
    repeated = seen[alike] - 1
    return (incidents.fingerprint(case, said, repeated), True) if repeated else (alike, False)


def _known(case: Case) -> set[str]:
    return {fingerprint for (fingerprint,) in incidents.fingerprints(case).tuples()}


def _verdict(case: Case, one: Understood, known: set[str], seen: Counter[str]) -> Verdict:
    if one.said is None:
        return Verdict.FAULTY
    fingerprint, is_repeated = told_apart(case, one.said, seen)
    if fingerprint in known:
        return Verdict.KNOWN
    return Verdict.ALIKE if is_repeated else Verdict.READY


def _mark(one: Understood, doubts: frozenset[str]) -> str:
    if doubts:
        return UNSURE_DOUBLE if one.is_double else UNSURE
    return DOUBLE if one.is_double else PLAIN


def _chunks(log_import: LogImport, *columns: Any) -> Any:
    return ImportChunk.select(*columns).where(ImportChunk.log_import == log_import.ref).order_by(ImportChunk.number)
