"""The blank logskema to hand out: filled in, it is imported without anyone saying what its columns mean (S2-26, S1-73).

The same for everyone and without a word about anyone, so that it is made once and kept.
"""

from functools import cache

from ... import content
from ...kinds import Reaction
from .. import spreadsheets
from ..spreadsheets import Sheet
from . import words
from .columns import BLANK, BLANK_HEADINGS, Column

ROWS = 300
GUIDE = "Vejledning"  # the sheet beside the log
BESIDE = (GUIDE, "Lister")  # and what can be chosen, as isolated/sheets.py calls it
YES = ["ja", "nej"]


@cache
def workbook() -> bytes:
    """The blank logskema as XLSX: every cell is text, types and answers can be chosen from lists."""
    place = {column: number for number, column in enumerate(BLANK)}
    listed = content.incidents()
    types = [one.own_label for one in listed.type if not one.retired]
    lists = {
        place[Column.TYPES]: [*types, words.SAID_NO, words.ANSWERED],
        place[Column.CHANNEL]: [one.label for one in listed.channel if not one.retired],
        place[Column.REACTION]: [one.label for one in Reaction],
        place[Column.CHILDREN_PRESENT]: YES,
        place[Column.REPORTED]: YES,
        place[Column.IS_WITHHELD]: YES,
    }
    log = Sheet("Logskema", BLANK_HEADINGS, [], list(BLANK.values()), lists, ROWS)
    guide = Sheet(GUIDE, [], [[line] for line in content.own_log().advice], [110])
    return spreadsheets.workbook("Logskema", [log, guide])
