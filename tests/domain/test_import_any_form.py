"""A log that is written in any form that people bring is read back as the same rows, to the letter."""

import csv
import io
import random
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from skanderborg import clock
from skanderborg.clock import MONTHS, WEEKDAYS
from skanderborg.domain import rules
from skanderborg.domain.imports import columns, letters, reading
from skanderborg.domain.imports.plans import Plan
from skanderborg.domain.imports.rows import understood
from skanderborg.kinds import IncidentKind
from skanderborg.settings import _defaults
from tests.proof import STEPS

TODAY = datetime(2026, 11, 30, 11, tzinfo=clock.UTC)
HEADINGS = ["Dato", "Klokkeslæt", "Retning", "Antal", "Hvad skete der?", "Afsender"]
WORDS = ["på Ærøvej", "«smuk»", '"Du er min"', "hej; du", "ja, nej", "50 %", "12.30", "3/4", 'TV 55"', "å", "1.000 kr.",
         "Jørgen’s", "– nu –", "'nå'", "(a)", "= 1", "sms", "\n", "👍", "⟨x⟩", "Straße", "\u202etxt"]  # fmt: skip
MANY = max(STEPS // 400, 1)


@pytest.fixture(autouse=True)
def _today():
    rules.configure(_defaults(None, "test"))
    with clock.telling(TODAY):
        yield


def a_log(chance: random.Random, count: int = 30) -> list[tuple[date, time | None, bool, int, str, str]]:
    """Rows: day, time, whether the citizen sent it, contacts, text, sender."""
    rows = []
    for _ in range(count):
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
        text = " ".join(part.strip() for part in text.replace("\n", " \n ").split("  ")).strip(" \n'=") + "."
        at = time(chance.randrange(24), chance.randrange(60)) if chance.random() < 0.8 else None
        is_own = chance.random() < 0.3
        day = date(2024, 1, 1) + timedelta(days=chance.randrange(1000))
        if at and not (at.hour in (1, 2, 3) and day.month in (3, 10)):  # hours that come twice, or never
            rows.append((day, at, is_own, chance.choice([1, 1, 3, 2312]), text, chance.choice(["Kim", "20111213", ""])))
        else:
            rows.append((day, None, is_own, 1, text, "Kim"))
    return rows


def written_days(chance: random.Random):
    """One way to write a day and a time."""
    day = chance.choice([
        lambda on: f"{on:%d-%m-%Y}", lambda on: f"{on.day}/{on.month}/{on.year}", lambda on: on.isoformat(),
        lambda on: f"{on.day}. {MONTHS[on.month - 1]} {on.year}", lambda on: f"\u200e{on.day}.{on.month}.{on.year}",
        lambda on: f"{WEEKDAYS[on.weekday()][:3]}. {on.day}. {MONTHS[on.month - 1][:3]}. {on.year}",
        lambda on: f"{on.day}\u2011{on.month}\u2011{on.year}",
    ])  # fmt: skip
    at = chance.choice([lambda at: f"{at:%H:%M}", lambda at: f"{at:%H.%M}", lambda at: f"kl. {at:%H:%M:%S}"])
    return day, at


def cells_of(log, chance: random.Random) -> list[list[str]]:
    day, hour = written_days(chance)
    way = chance.choice([("Udgående", "Indgående"), ("Outgoing", "Incoming"), ("Sendt", "Modtaget")])
    return [
        [day(on), hour(at) if at else "", way[0] if is_own else way[1], str(count), text, sender]
        for on, at, is_own, count, text, sender in log
    ]


def as_csv(log, chance: random.Random) -> bytes:
    text = io.StringIO(newline="")
    end = chance.choice(["\r\n", "\n", "\r"])
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(text, delimiter=chance.choice(";,\t"), lineterminator=end, quoting=quoting)
    writer.writerows([HEADINGS, *cells_of(log, chance)])
    return text.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


def as_windows_csv(log, chance: random.Random) -> bytes:
    text = io.StringIO(newline="")
    rows = [
        [cell.replace("\u2011", "-").encode("windows-1252", "ignore").decode("windows-1252") for cell in row]
        for row in cells_of(log, chance)
    ]
    csv.writer(text, delimiter=";").writerows([HEADINGS, *rows])
    return text.getvalue().encode("windows-1252")


def as_pasted(log, chance: random.Random) -> bytes:
    """As a spreadsheet copies: marks around a cell of several lines alone."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if "\n" in text else text

    return "\r\n".join("\t".join(map(cell, row)) for row in [HEADINGS, *cells_of(log, chance)]).encode()


def as_text_workbook(log, chance: random.Random) -> bytes:
    return workbook(cells_of(log, chance))


def as_workbook(log, chance: random.Random) -> bytes:
    """Days, times and numbers as a spreadsheet keeps them."""
    texts = cells_of(log, chance)
    return workbook([[on, at, row[2], count, text, sender]
                     for (on, at, _, count, text, sender), row in zip(log, texts, strict=True)])  # fmt: skip


def workbook(rows) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEADINGS)
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(number, place, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(file)
    return file.getvalue()


def read_back(given: bytes, is_pasted: bool = False):
    table = reading.read(given, "file", is_pasted)
    rows = [row for chunk in table.chunks() for row in chunk]
    titles = table.about["headings"]
    assert letters.readings(cell for row in rows for cell in row[2]) == []
    found = columns.guessed(titles, [row[2] for row in rows[:50]])
    return [understood(row, Plan(found, tuple(titles))) for row in rows]


@pytest.mark.parametrize("form", [as_csv, as_windows_csv, as_pasted, as_text_workbook, as_workbook])
@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.proof)], ids=["one log", "many logs"])
def test_a_log_in_any_form_is_read_back_as_it_was(form, first):
    for number in range(first, first + (MANY if first else 1)):
        chance = random.Random(f"{form.__name__}{number}")
        log = a_log(chance)

        found = read_back(form(log, chance), is_pasted=form is as_pasted)

        for row, (on, at, is_own, count, text, sender) in zip(found, log, strict=True):
            assert row.faults == ()
            assert (row.said.from_on, row.said.at_time) == (on, at)
            assert (row.said.kind, row.said.contact_count) == (
                (IncidentKind.ANSWER, 0) if is_own else (IncidentKind.INCIDENT, count)
            )
            kept = (
                text.encode("windows-1252", "ignore").decode("windows-1252").strip() if form is as_windows_csv else text
            )
            assert (row.said.what, row.said.sender or "") == (kept, sender)
