"""The papers in docs/da: the parts that the program knows best are written from it, and a test holds them to it.

`make papers` writes them anew. What stands between two marks is written, the rest is a person's.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from skanderborg.settings import ROOT
from skanderborg.store import schema
from skanderborg.store.sealed import SealedField

PAPERS = ROOT / "docs" / "da"
PART = re.compile(r"(<!-- skrevet: (\w+) -->\n).*?(<!-- slut -->)", re.DOTALL)
ENTRY = re.compile(r"^- \*\*([A-Z]+-\d\d)\*\* (.*?)(?=^- \*\*|^## |\Z)", re.MULTILINE | re.DOTALL)
HELD_BY = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")


def written(paper: Path) -> str:
    """The paper as it should stand, its parts written anew."""
    return PART.sub(lambda part: part[1] + "\n".join(PARTS[part[2]]()) + "\n" + part[3], paper.read_text("utf-8"))


def sealed() -> dict[str, list[str]]:
    """The sealed fields of each table that has any, in the order of the tables."""
    found = {
        model._meta.table_name: [name for name, field in model._meta.fields.items() if isinstance(field, SealedField)]
        for model in schema.ALL_TABLES
    }
    return {table: fields for table, fields in found.items() if fields}


def sentences() -> dict[str, dict[str, str]]:
    """What is said of each sealed field."""
    return tomllib.loads((PAPERS / "oplysninger.toml").read_text("utf-8"))


def promises() -> dict[str, tuple[str, list[str]]]:
    """What docs/guarantees.md promises under each id, in one sentence, and the tests that hold it."""
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    return {
        name: (" ".join(said.split("\n  - ")[0].split()), HELD_BY.findall(said)) for name, said in ENTRY.findall(text)
    }


def fields() -> Iterator[str]:
    """Each sealed field: of whom it is, and what for."""
    told = sentences()
    yield "| Tabel | Felt | Om hvem | Hvad, og til hvad |"
    yield "|---|---|---|---|"
    for table, names in sealed().items():
        for name in names:
            yield f"| `{table}` | `{name}` | {told[table]['hvem']} | {told[table][name]} |"


def terms() -> Iterator[str]:
    """How long what is kept, from config/retention.toml."""
    kept = tomllib.loads((ROOT / "config" / "retention.toml").read_text("utf-8"))
    yield "| Hvad | År efter afslutning | Kilde |"
    yield "|---|---|---|"
    for rule in kept["rule"]:
        yield f"| {rule['title']} | {rule['years']} | {rule['source']} |"
    yield f"| Loggens hændelser, efter at sagen er slut | {kept['log_months'] / 12:g} | config/retention.toml |"
    yield f"| Teksten om et brud på sikkerheden | {kept['breach_years']} | config/retention.toml |"


def access() -> Iterator[str]:
    """What is promised of use and accessibility, and by how many tests it is held."""
    yield "| Krav | Hvad det lover (på engelsk, som i docs/guarantees.md) | Prøver |"
    yield "|---|---|---|"
    for name, (said, tests) in promises().items():
        if name.startswith("UX-"):
            yield f"| {name} | {said} | {len(tests) or 'ingen'} |"


def asvs() -> Iterator[str]:
    """The chapters of ASVS 5.0, what holds them here, and by which tests."""
    kept, chapters = promises(), tomllib.loads((PAPERS / "asvs.toml").read_text("utf-8"))
    for chapter in chapters.values():
        yield f"### {chapter['titel']}"
        yield ""
        yield chapter["her"]
        yield ""
        for name in chapter["krav"]:
            said, tests = kept[name]
            yield f"- **{name}** {said}"
            yield from (f"  - `{test}`" for test in tests)
            if not tests:
                yield "  - holdes ikke af en prøve endnu"
        yield ""


PARTS = {"felter": fields, "frister": terms, "tilgaengelighed": access, "asvs": asvs}


def main() -> None:
    """Write every paper anew."""
    for paper in sorted(PAPERS.glob("*.md")):
        paper.write_text(written(paper), "utf-8")


if __name__ == "__main__":
    main()
