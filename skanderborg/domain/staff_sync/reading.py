"""A file of the directory, read: one row a person, or the lines that are wrong, none of which is guessed at.

CSV as Danish Excel and directories write it: split by semicolon, comma or tab, in UTF-8, UTF-16 or Windows-1252.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ... import clock, content
from ...danish import dates
from ...errors import Invalid
from ...store.people import Department
from .. import staff

COLUMNS = {
    "brugernavn": "username", "navn": "name", "mail": "email", "e-mail": "email", "mailadresse": "email",
    "telefon": "phone", "afdeling": "departments", "afdelinger": "departments", "sidste dag": "ends_on",
}  # fmt: skip
MUST = {"username": "brugernavn", "name": "navn", "email": "mail", "departments": "afdelinger"}
BETWEEN = "|,"  # departments of one person, where the whole cell is not the name of one
LONGEST_CELL = 1_000


class Entry(NamedTuple):
    """One person as the directory has them: the line, the user name, and what `staff` takes; departments as keys."""

    line: int
    username: str
    said: dict[str, Any]


class Faulty(Invalid):
    """A file of which nothing is done: what is wrong, a line each. It names lines and columns, never what stands
    there."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))


class Directory(NamedTuple):
    """What a file says: everyone who works here today, and the columns that are not used."""

    entries: list[Entry]
    unused: list[str]


def read(given: bytes, domains: tuple[str, ...]) -> Directory:
    """Everyone in the file whose last day has not passed. Raises Faulty."""
    lines = table(given)
    head = next(lines, (0, []))[1]
    columns = [COLUMNS.get(" ".join(title.casefold().split())) for title in head]
    _refuse_head(columns)
    check, entries, faults = _checker(domains), [], []
    for number, cells in lines:
        try:
            entries.append(_entry(number, cells, columns, check))
        except Invalid as error:
            faults.append(f"Linje {number}: {error.message}")
    faults += _doubles(entries)
    if faults:
        raise Faulty(sorted(faults, key=lambda fault: int(fault.split(":")[0].split()[1])))
    if not entries:
        raise Faulty(["Filen er tom. Der er ikke gjort noget."])
    here = [entry for entry in entries if not _is_over(entry)]
    unused = [title for title, column in zip(head, columns, strict=True) if column is None and title]
    return Directory(here, unused)


# ── text ────────────────────────────────────────────────────────────────────────────────────────────


def table(given: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that say anything, each with its number in the file."""
    text = _decoded(given).removeprefix("\ufeff")
    named = text.startswith("sep=")
    first = text.partition("\n")[0].strip()
    head = text.splitlines()[1] if named and "\n" in text else first
    mark = first[4:5] if named else max(";,\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark or ";", strict=True)
    begins = 1
    try:
        for cells in rows:
            number, begins = begins, rows.line_num + 1
            if any(cell.strip() for cell in cells) and not (named and number == 1):
                yield number, [cell.replace("\u00a0", " ").strip() for cell in cells]  # Excel has hard spaces
    except csv.Error:
        raise Faulty([f"Linje {begins}: linjen kan ikke læses. Er der et anførselstegn for meget?"]) from None


def _decoded(given: bytes) -> str:
    if given.startswith((b"\xff\xfe", b"\xfe\xff")):
        coding = "utf-16"
    else:
        try:
            return given.decode("utf-8")
        except UnicodeDecodeError:
            coding = "windows-1252"
    try:
        return given.decode(coding)
    except UnicodeDecodeError:
        raise Faulty(["Filen kan ikke læses som tekst. Gem den som CSV (UTF-8)."]) from None


def _refuse_head(columns: list[str | None]) -> None:
    named = [column for column in columns if column]
    missing = [title for column, title in MUST.items() if column not in named]
    if not columns:
        raise Faulty(["Filen er tom. Der er ikke gjort noget."])
    if missing:
        raise Faulty([f"Linje 1: kolonnen mangler: {', '.join(missing)}."])
    if len(named) != len(set(named)):
        raise Faulty(["Linje 1: en kolonne står der to gange."])


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────

Check = Callable[[dict[str, str]], dict[str, Any]]


def _entry(number: int, cells: list[str], columns: list[str | None], check: Check) -> Entry:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        raise Invalid("der er flere felter end kolonner.")
    if max(map(len, cells)) > LONGEST_CELL or not all(cell.isprintable() for cell in cells):
        raise Invalid("et felt er for langt, eller har tegn, der ikke kan læses.")
    texts = {column: "" for column in columns if column}
    texts |= {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if not texts["username"]:
        raise Invalid("brugernavnet mangler.")
    return Entry(number, staff.username_of(texts.pop("username")), check(texts))


def _checker(domains: tuple[str, ...]) -> Check:
    homes = _named()

    def check(texts: dict[str, str]) -> dict[str, Any]:
        said: dict[str, Any] = dict(texts)
        said["departments"] = _homes(texts["departments"], homes)
        if "ends_on" in texts:
            said["ends_on"] = _last_day(texts["ends_on"])
        over = said.pop("ends_on") if _is_past(said.get("ends_on")) else None
        plain = {name: value for name, value in said.items() if name != "departments"}
        columns = staff.checked(plain, domains)
        columns.pop("plain_name")
        return columns | {"departments": said["departments"]} | ({"ends_on": over} if over else {})

    return check


def _named() -> dict[str, str]:
    """The key of every department in use, by all that it is called: its aliases in config/departments.toml too."""
    keys = {home.key: home.name for home in Department.select().where(Department.retired_at.is_null())}
    called = {alias: entry.key for entry in content.file_departments() for alias in entry.aliases if entry.key in keys}
    called |= {name: key for key, name in keys.items()} | {key: key for key in keys}
    return {name.casefold(): key for name, key in called.items()}


def _homes(cell: str, known: dict[str, str]) -> list[str]:
    names = [cell] if cell.casefold() in known else cell.replace(BETWEEN[0], BETWEEN[1]).split(BETWEEN[1])
    found = [known.get(name.strip().casefold()) for name in names if name.strip()]
    if None in found:
        raise Invalid("afdelingen findes ikke, eller er nedlagt.")
    return sorted({key for key in found if key})


def _last_day(cell: str) -> date | None:
    try:
        return dates.parse_date(cell, clock.today(), dates.Looks.AHEAD) if cell else None
    except ValueError:
        raise Invalid(f"sidste dag kan ikke læses. {dates.DATE_HINT}") from None


def _is_past(day: date | None) -> bool:
    return day is not None and day < clock.today()


def _is_over(entry: Entry) -> bool:
    return _is_past(entry.said.get("ends_on"))


def _doubles(entries: list[Entry]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for entry in entries:
        for name, what in ((entry.username, "brugernavnet"), (entry.said["email"].casefold(), "mailadressen")):
            before = seen.setdefault(name, entry.line)
            if before != entry.line:
                yield f"Linje {entry.line}: {what} står også i linje {before}."
