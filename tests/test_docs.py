"""Everything a reader needs lies in the repository: what code names resolves in docs/, and what docs/ names is there.

One test a rule: when it fails, it names every offender.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FOLDERS = ("skanderborg", "templates", "config", "static/css", "static/js", "tests", "bench", "docs", ".ci")
PROSE = [*sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("*.md"))]
WORDS = {".py", ".md", ".toml", ".html", ".txt", ".typ", ".js", ".css", ".env", ".conf", ".service", ".in"}
WITHOUT_ENDING = {"Makefile", "run"}
OF_OTHERS = {"vendor", "__pycache__", "dkfds.css", "htmx.esm.min.js", "guessable.txt"}
TOP_LEVEL = ("skanderborg", "templates", "config", "static", "tests", "bench", "docs", r"\.ci")
ID = re.compile(r"\b(?:SEC|REL|UX|SC|D|S[0-4])-\d\d\b")
SPAN = re.compile(r"\b(SEC|REL|UX|SC|D|S[0-4])-\d\d((?:(?:, | to | and |\.\.)\d\d\b)+)")
DECISION = re.compile(r"\bdecisions?\s+(\d+)\b", re.IGNORECASE)
PAPER = re.compile(
    r"\b(?:PRODUCT|DESIGN|GUARANTEES|TRAPS|STYLE)\b(?:\.md| \d| decision)"
    r"|\b[Ss]eed \d|\b(?:domain|[Ff]inding) \d|\bdomain finding"
    r"|\b[Ii]ssue (?:\d|on )|\b(?:words|ux-look|ux-checklist)\.md|\b(?:glossary|scenarios|seed_items)\.json"
)
ENTRY = re.compile(r"^- \*\*([A-Z]+-\d\d)\*\* ")
TEST = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
HELD_BY = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def texts() -> Iterator[Path]:
    """Every file of ours that has words in it, but for this one."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    for path in [*inside, *ROOT.iterdir()]:
        has_words = path.suffix in WORDS or path.name in WITHOUT_ENDING
        if has_words and path.is_file() and not OF_OTHERS & set(path.parts) and path != Path(__file__):
            yield path


@cache
def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def found(pattern: re.Pattern[str], paths: Iterable[Path]) -> Iterator[tuple[str, re.Match[str]]]:
    """Each hit, and the line on which it stands."""
    for path in paths:
        name, text = path.relative_to(ROOT), words(path)
        line = last = 0
        for hit in pattern.finditer(text):
            line, last = line + text.count("\n", last, hit.start()), hit.start()
            yield f"{name}:{line + 1}", hit


@cache
def entries() -> dict[str, str]:
    """What docs/guarantees.md says of each id."""
    said: dict[str, str] = {}
    for line in words(DOCS / "guarantees.md").splitlines():
        if hit := ENTRY.match(line):
            assert hit[1] not in said, f"{hit[1]} stands twice"
            said[hit[1]] = ""
        if said and not line.startswith("#"):
            said[[*said][-1]] += line + "\n"
    return said


@cache
def cases() -> dict[str, set[str]]:
    """The tests of each file."""
    files = (ROOT / "tests").rglob("test_*.py")
    return {path.relative_to(ROOT).as_posix(): {*TEST.findall(words(path))} for path in files}


def ids_in(path: Path) -> Iterator[tuple[str, str]]:
    """Where an id is named, and which: «SEC-14 to 18» and «REL-11, 12» name the later ones too."""
    for place, hit in found(ID, [path]):
        yield place, hit[0]
    for place, hit in found(SPAN, [path]):
        for number in re.findall(r"\d\d", hit[2]):
            yield place, f"{hit[1]}-{number}"


def test_every_id_that_is_named_stands_in_the_docs():
    statements = tomllib.loads(words(ROOT / "tests" / "seed_items.toml")).keys()
    known = entries().keys() | statements

    assert [f"{place} {one}" for path in texts() for place, one in ids_in(path) if one not in known] == []


def test_every_decision_that_is_named_stands_in_the_docs():
    known = re.findall(r"^## (\d+)\. ", words(DOCS / "decisions.md"), re.MULTILINE)

    assert known == [str(number) for number in range(1, len(known) + 1)]
    assert [f"{place} {hit[0]}" for place, hit in found(DECISION, texts()) if hit[1] not in known] == []


def test_every_decision_says_why_and_what_would_change_it():
    records = re.split(r"^## ", words(DOCS / "decisions.md"), flags=re.MULTILINE)[1:]

    short = [one.splitlines()[0] for one in records if not ("**Why**" in one and "**Would change it**" in one)]
    assert short == []


def test_every_promise_is_held_by_a_test_or_says_that_it_is_not():
    silent = [one for one, said in entries().items() if not HELD_BY.search(said) and "Not held" not in said]

    assert [one for one in silent if "Held in part" not in entries()[one]] == []


def test_no_promise_that_a_test_names_is_said_not_to_be_held():
    not_held = {one for one, said in entries().items() if "**Not held**" in said}
    sources = [ROOT / path for path in cases()]

    assert [f"{place} {one}" for path in sources for place, one in ids_in(path) if one in not_held] == []


def test_the_thirty_demands_of_the_trade_all_stand_there():
    demands = [one for one in entries() if one.startswith("D-")]

    assert demands == [f"D-{number:02}" for number in range(1, 31)]


def test_every_test_that_the_docs_name_is_there():
    everywhere = set().union(*cases().values()) | {Path(path).stem for path in cases()}
    placed = [f"{at} {hit[0]}" for at, hit in found(HELD_BY, PROSE) if hit[2] not in cases().get(hit[1], set())]
    bare = [f"{at} {hit[0]}" for at, hit in found(re.compile(r"\btest_\w+"), PROSE) if hit[0] not in everywhere]

    assert [*placed, *bare] == []


def test_every_file_that_the_docs_name_is_there():
    named = found(re.compile(rf"`((?:{'|'.join(TOP_LEVEL)})/[\w./-]*)`"), PROSE)

    assert [f"{at} {hit[1]}" for at, hit in named if not (ROOT / hit[1]).exists()] == []


def test_every_link_of_the_docs_leads_somewhere():
    links = found(re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)"), PROSE)

    assert [f"{at} {hit[1]}" for at, hit in links if not (ROOT / at).parent.joinpath(hit[1]).exists()] == []


def test_every_page_of_the_docs_that_is_named_is_there_with_its_heading():
    """«What falls due» is enough of a heading that begins so."""
    missing = []
    for at, hit in found(re.compile(r"\bdocs/([\w-]+\.md)(?:\s+«([^»]+)»)?"), texts()):
        page, heading = DOCS / hit[1], " ".join((hit[2] or "").split())
        if not page.exists() or (heading and not re.search(rf"^#+ {re.escape(heading)}\b", words(page), re.MULTILINE)):
            missing.append(f"{at} {hit[0]}")

    assert missing == []


def test_nothing_refers_to_a_paper_outside_the_repository():
    assert [f"{place} {hit[0]}" for place, hit in found(PAPER, texts())] == []
