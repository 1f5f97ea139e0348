"""One way of writing Danish wherever a person reads it: in pages, messages, letters and config."""

import re
from functools import cache
from pathlib import Path

import pytest

from skanderborg import content
from skanderborg.domain import parties
from skanderborg.domain.cases import phases
from skanderborg.kinds import CitizenRole, Phase
from skanderborg.store.cases import Case

ROOT = Path(__file__).parent.parent
LONGEST_TITLE = 60
VERBS = (
    "skriv|vælg|se|sig|spørg|vurdér|aftal|afklar|fortæl|gennemgå|drøft|undersøg|kontrollér|notér|forklar|begrund|beskriv|"
    "husk|tjek|læs|oplys|overvej|angiv|svar|hør|find ud af"
)
QUESTIONS = "hvad|hvem|hvor|hvorfor|hvordan|hvornår|hvilke|hvilken|hvilket|hvis"
WITHOUT_COMMA = re.compile(rf"\b(?:{VERBS}) (?:{QUESTIONS})(?= \w)", re.IGNORECASE)
OTHER_DATES = re.compile(r"\bfx \d{1,2}[ -]\d{1,2}[ -]\d{4}|%d-%m-%Y")
GONE = {  # what was said otherwise, and reads wrong, says the opposite or is a second word for one thing
    "Se efter, og send igen", "skal ses efter", "Ses efter", "Skriv en person", "Skriv et sted", "Skriv en til",
    "Hvad handler det om?", "Fare på opkaldet", "Tom: vi kontakter", "hvem må ikke kontaktes", "Kan så meget mindre",
    "(kø)", "påmindelseskørsel", "Tag ud af brug", "taget ud af brug", "anvis til", "begge anvisninger",
    "primære kontaktperson", "Fx Østjyllands", "der krænker en andens fred", "Nogle får PTSD", "korte stræk",
    "Alt er valgfrit", "sagt fra på", "aldrig udlevere", "Behandling virker", "har ikke kørt", "Se efter:",
}  # fmt: skip

ROW = re.compile(r"\brække(?:n|ns|r|rs|rne|rnes)?\b", re.IGNORECASE)
HAVE_ROWS = {  # a file that is imported, a list of any kind, a table of the database for operators, a keyboard
    "config/own_log.toml", "templates/imports/", "skanderborg/domain/imports/", "skanderborg/web/imports.py",
    "templates/cases/_pages.html", "skanderborg/domain/backups/",
    "skanderborg/store/rows.py", "skanderborg/domain/audit.py", "skanderborg/cli.py", "skanderborg/domain/passwords.py",
}  # fmt: skip
OF_A_FILE = re.compile(r"rækker i filen", re.IGNORECASE)
ROW_OF_THE_LOG = re.compile(r"\brække\w* i loggen\b|\bret rækken\b", re.IGNORECASE)  # not even where files are read
TAKEN_OUT = re.compile(r"\b(?:tag|tage|tager|tages|taget|tog) (?:\w+ ){0,4}ud\b", re.IGNORECASE)


def read_by_people():
    """Lines of what is shown, each with where it stands: not comments, and of config no words to search by."""
    for folder, ending in (("skanderborg", "py"), ("templates", "html"), ("templates", "txt"), ("config", "toml")):
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            if "migrations" in path.parts:
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if not line.lstrip().startswith(("#", "{#", "words")):
                    yield f"{path.relative_to(ROOT)}:{number}", line


@cache
def lines():
    return list(read_by_people())


def lines_with(pattern):
    return [f"{where}: {line.strip()[:90]}" for where, line in lines() if pattern.search(line)]


def test_a_comma_stands_before_what_is_to_be_said():
    assert lines_with(WITHOUT_COMMA) == []


def test_every_date_of_an_example_and_of_a_file_is_written_in_one_way():
    assert lines_with(OTHER_DATES) == []


@pytest.mark.parametrize("said", sorted(GONE))
def test_nothing_is_said_as_it_was(said):
    assert lines_with(re.compile(re.escape(said), re.IGNORECASE)) == []


def test_what_stands_in_the_log_is_a_haendelse_and_has_a_number():
    """A row is what a file has: the same thing had two names, and on the pages one could not search for the other."""
    said = [line for line in lines_with(ROW) if not line.startswith(tuple(HAVE_ROWS)) and not OF_A_FILE.search(line)]

    assert said + lines_with(ROW_OF_THE_LOG) == []


def test_what_is_left_out_is_removed_from_something_or_used_no_more():
    """«Barnet er taget ud» leaves open of what, and at worst says that it was taken from its home."""
    assert lines_with(TAKEN_OUT) == []


def test_pages_name_no_command_and_no_file():
    """Who reads them has no terminal: that is for the README."""
    naming = lines_with(re.compile(r"\bflask \w+|config/\w+\.toml"))

    assert [
        line for line in naming if line.startswith("templates/") and "/mail/log-" not in line and "{#" not in line
    ] == []


def test_the_titles_of_tasks_are_short():
    titles = [*(one.title for one in content.workflow().values()), parties.TELL_POLICE]

    assert [title for title in titles if len(title) > LONGEST_TITLE] == []


@pytest.mark.parametrize("to", phases.MISSING)
def test_what_a_phase_lacks_says_what_to_do(to):
    """«Mangler: Sparring er skrevet ned» said the opposite."""
    first = phases.MISSING[to].split()[0]

    assert first in {"Skriv", "Aftal"}


@pytest.mark.parametrize(
    ("phase", "has", "is_so"),
    [
        (Phase.SPARRING, {"has_sparring": True}, "Der er skrevet sparring ned."),
        (Phase.ACTION, {"has_conclusion": True}, "Vurderingen har en konklusion."),
        (Phase.FURTHER_ACTION, {"is_referred": True}, "Der er svar på alle henvisninger."),
    ],
)
def test_what_is_so_is_said_as_it_is(phase, has, is_so):
    nothing = dict.fromkeys(("has_sparring", "has_conclusion", "has_meeting", "is_referred"), False)
    case = Case(kind="full", phase=phase, citizen_role="exposed")

    assert phases.next_step(case, **nothing | has).condition == is_so


def test_strategies_of_everyday_safety_have_their_task():
    [task] = [one for one in content.workflow().values() if "S4-12" in one.source]

    assert CitizenRole.EXPOSED in task.roles
