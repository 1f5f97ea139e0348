"""Small Danish words of the pattern: how numbers, days and lists are said."""

from collections.abc import Sequence
from datetime import date

from ... import clock
from ...danish.numbers import counted, number
from .counting import CountedRow


def contacts(count: int) -> str:
    """«1 kontakt», «2.312 kontakter»."""
    return counted(count, "kontakt", "kontakter")


def incidents_said(count: int) -> str:
    """«1 hændelse», «12 hændelser»."""
    return counted(count, "hændelse", "hændelser")


def days(count: int) -> str:
    """«1 dag», «26 dage»."""
    return counted(count, "dag", "dage")


def ago(count: int) -> str:
    """«i dag», «i går», «for 26 dage siden»."""
    return {0: "i dag", 1: "i går"}.get(count, f"for {days(count)} siden")


def weeks(count: int) -> str:
    """«1 uge», «12 uger»."""
    return counted(count, "uge", "uger")


def day(on: date) -> str:
    """«17. aug. 2026»."""
    return clock.short_date_with_year(on)


def day_and_time(on: date, at: str | None) -> str:
    """«24. aug. 2026 kl. 18.05», without a time where it is not known."""
    return f"{day(on)} kl. {at.replace(':', '.')}" if at else day(on)


def moment(row: CountedRow) -> str:
    """When a row says that it was."""
    return day_and_time(row.from_on, row.at)


def joined(words: Sequence[str], left_out: int) -> str:
    """«a, b og c», or «a, b, c og 4 andre»."""
    words = [*words, "1 anden" if left_out == 1 else f"{left_out} andre"] if left_out > 0 else words
    return f"{', '.join(words[:-1])} og {words[-1]}" if len(words) > 1 else "".join(words)


def answers_said(answers: int, noted: int) -> str:
    """What the log tells of answers: rows of their own, and notes on other rows."""
    said = []
    if answers:
        said.append(f"Der er skrevet {number(answers)} svar ned.")
    if noted:
        said.append(f"Ved {incidents_said(noted)} står, at der blev svaret.")
    return " ".join(said)
