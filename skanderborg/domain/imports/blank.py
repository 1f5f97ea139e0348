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
YES = ["ja", "nej"]
ADVICE = (
    "Sådan bruger du skemaet",
    "Skriv én række for hver hændelse. Mange beskeder på én gang kan stå i én række: skriv, hvor mange det var.",
    "Skriv datoen med dag, måned og år, fx 19.11.2026. Skriv aldrig «i går» eller «mandag».",
    "Varede det flere dage, så skriv den første under «Dato» og den sidste under «Til dato».",
    "Skriv klokkeslættet, fx 21.30. Lad feltet være tomt, hvis du ikke ved det.",
    "Vælg en type på listen, eller skriv med dine egne ord.",
    "Skriv, hvad der skete, så nøgternt du kan: hvad blev gjort og sagt, og hvordan virkede det på dig?",
    "Sig tydeligt nej én gang, hvis det er trygt, og skriv det ned som en række for sig. Svar ikke derefter.",
    "Kom du til at svare, så skriv det også, og hvorfor.",
    "",
    "Gem beviser",
    "Slet aldrig beskeder, opkald, mails eller profiler. Gem originalerne, og tag billeder med dato.",
    "Rør ikke ved en sporer eller andet udstyr, du finder. Tal med politiet først.",
    "Skriv navn og telefonnummer på dem, der så eller hørte det.",
    "Bed familie, venner og kolleger om også at skrive ned, hvad de oplever.",
    "",
    "Pas på dig selv",
    "Skriv i korte stunder, gerne sammen med en, du stoler på. Det kan gøre ondt at læse det igen.",
    "Gem skemaet et sted, som ingen anden kan åbne, og ikke på en telefon eller konto, der kan være overvåget.",
    "Det, du skriver, kan blive læst af andre, hvis det bliver del af en politisag. Skriv ikke en hemmelig adresse.",
    "Skriv ja under «Må ikke udleveres» ved det, som modparten ikke må se.",
    "",
    "I fare: ring 112. Politiet ellers: 114.",
)  # fmt: skip


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
    return spreadsheets.workbook("Logskema", [log, Sheet(GUIDE, [], [[line] for line in ADVICE], [110])])
