"""What these documents name is there: commands, settings, checks, layers, words of the code. See also test_docs.py.

`python tests/test_docs_operations.py` writes the table of settings in docs/operations.md anew.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # run as a script

from skanderborg import refusals  # noqa: E402
from skanderborg import settings as program  # noqa: E402
from skanderborg.domain import health  # noqa: E402
from skanderborg.kinds import Role  # noqa: E402
from tests.test_architecture import FILES as PACKAGE_FILES  # noqa: E402
from tests.test_architecture import ORDER  # noqa: E402

OPERATIONS, DOMAIN, ARCHITECTURE = (ROOT / "docs" / f"{name}.md" for name in ("operations", "domain", "architecture"))
OURS = [OPERATIONS, DOMAIN, ARCHITECTURE, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- settings: .*? -->\n).*?(<!-- /settings -->)", re.DOTALL)
FLASKS_OWN = {"run", "shell", "routes"}
FILE = re.compile(r"`((?:[a-z_][\w.-]*/)+[\w.*-]*|\.ci/\w+|[\w-]+\.(?:py|toml|md|txt|conf|env|css|js))`")
ELSEWHERE = {"data/", "data-keys/", ".venv/"}  # made by running


def text_of(path: Path) -> str:
    return path.read_text()


def rows_under(path: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    below = text_of(path).partition(f"{heading}\n")[2]
    lines = re.search(r"^\|.*?(?=^[^|]|\Z)", below, re.DOTALL | re.MULTILINE)
    assert lines, f"{path.name}: no table under {heading}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[0].strip().split("\n")[2:]]


def named(text: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```$", "", text))


# ── settings ────────────────────────────────────────────────────────────────────────────────────────


def settings_table() -> str:
    """A table for each part of config/defaults.toml: name, default, what production allows, meaning."""
    return "\n".join(_table_lines()) + "\n"


def _table_lines() -> Iterator[str]:
    for line in (program.CONFIG / "defaults.toml").read_text().split("\n")[3:]:
        if line.startswith("#"):
            yield from ("", f"**{line.removeprefix('# ')}**", "")
            yield from ("| setting | default | from–to | meaning |", "|---|---|---|---|")
        elif line:
            statement, _, meaning = line.partition(" # ")
            name, _, default = statement.partition(" = ")
            least, most = refusals.SENSIBLE.get(name.strip(), (None, None))
            allowed = f"{least:g}–{most:g}" if most else ""
            yield f"| `{name.strip()}` | `{default.strip()}` | {allowed} | {meaning.strip()} |"


def with_settings(text: str) -> str:
    return TABLE.sub(lambda found: found[1] + settings_table() + "\n" + found[2], text)


def test_every_setting_stands_there_as_the_program_has_it():
    there, should = text_of(OPERATIONS).split("\n"), with_settings(text_of(OPERATIONS)).split("\n")

    assert sorted(set(there) ^ set(should)) == [], "run: python tests/test_docs_operations.py"
    assert all(f"| `{name}` |" in settings_table() for name in tomllib.loads(_defaults()))


def _defaults() -> str:
    return (program.CONFIG / "defaults.toml").read_text()


def test_every_name_of_the_environment_is_told_and_no_other():
    everywhere = "\n".join(text_of(path) for path in OURS)

    assert set(re.findall(r"\bSKB_[A-Z_]*[A-Z]", everywhere)) == program.NAMES


def test_the_defaults_of_the_environment_are_the_programs():
    told = {named(name)[0]: default for name, default, _ in rows_under(OPERATIONS, "### From the environment")}
    found = program.load({})
    defaults = {"SKB_ENV": found.env, "SKB_BASE_URL": found.base_url, "SKB_HOST": found.host, "SKB_PORT": found.port,
                "SKB_SMTP_URL": found.smtp_url, "SKB_TIMEZONE": found.timezone}  # fmt: skip

    assert {name: told[name] for name in defaults} == {name: f"`{value}`" for name, value in defaults.items()}


def test_every_setting_that_a_document_names_is_there():
    names = {
        name for path in OURS for span in named(text_of(path)) for name in re.findall(r"^[a-z]+(?:_[a-z]+)+$", span)
    }
    looks_like = ("_minutes", "_hours", "_days", "_seconds", "_megabytes", "_addresses", "_hosts", "_domains")

    unknown = {name for name in names if name.endswith(looks_like)} - tomllib.loads(_defaults()).keys()
    assert unknown - words_of_code() == set()


# ── commands ────────────────────────────────────────────────────────────────────────────────────────


def commands_in(path: Path) -> list[list[str]]:
    """The words behind each `flask …` of a document."""
    text = text_of(path)
    spans = [*named(text), *re.findall(r"^koordinering (.*)", text, re.MULTILINE), *re.findall(r"# (flask .*)", text)]
    words = [re.sub(r'"[^"]*"', "x", span).split("#")[0].split() for span in spans]
    return [line[1:] if line[0] == "flask" else line for line in words if line and line[0] in {"flask", *FIRST}]


FIRST = {"init", "audit"}  # what the shell function of the document is given


def wrong_with(words: list[str], found: click.Command) -> str | None:
    """What of a command's words the program does not know."""
    words = list(words)
    while words and isinstance(found, click.Group) and not words[0].startswith("-"):
        name = words.pop(0).rstrip(":…")
        if name in FLASKS_OWN or not name:
            return None
        if name not in found.commands:
            return name
        found = found.commands[name]
    options = {option for param in found.params for option in param.opts}
    return next((word for word in words if word.startswith("--") and word.rstrip(":") not in options), None)


def test_every_command_that_a_document_names_is_there(pages: Flask):
    found = [(path.name, words) for path in [*OURS, README] for words in commands_in(path)]

    assert [(name, words, wrong) for name, words in found if (wrong := wrong_with(words, pages.cli))] == []


def test_every_command_is_told_of(pages: Flask):
    told = text_of(OPERATIONS)
    commands = [
        f"flask {name} {below}".strip()
        for name, command in pages.cli.commands.items()
        for below in (command.commands if isinstance(command, click.Group) else [""])
    ]

    assert [command for command in commands if command not in told] == []


def test_every_command_of_make_is_told_of_and_no_other():
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {
        "system-packages",
        "proof-packages",
        "bench-packages",
    }
    named_by = {path.name: set(re.findall(r"`make ([a-z-]+)", text_of(path))) for path in OURS}

    assert {name: named - there for name, named in named_by.items() if named - there} == {}
    assert there - named_by["CONTRIBUTING.md"] == set()


def test_every_role_is_told_of_by_the_word_that_commands_want():
    roles = re.search(r"^\| role \|.*?\n\n", text_of(OPERATIONS), re.DOTALL | re.MULTILINE)[0]

    assert [named(line)[0] for line in roles.strip().split("\n")[2:]] == [role.value for role in Role]


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_database: str) -> str:
    """Documents differ by no database."""
    return sqlite_database


def test_every_check_of_the_house_is_told_of_and_whether_it_takes_pages_out_of_service(house, settings):
    told = {named(name)[0]: stops for name, _, stops, _ in rows_under(OPERATIONS, "## Monitoring")}
    found = {name: {"ok": True} for name in health.checks(settings)}
    stops = {name: "no" if health.is_ready(found | {name: {"ok": False}}) else "yes" for name in found}

    at_the_machine = health.told_at_the_machine(settings, health.looked_over)
    assert told == stops | dict.fromkeys(at_the_machine.keys() - found.keys(), "–")


# ── layers, files, words ─────────────────────────────────────────────────────────────────────────────────


def test_the_layers_are_those_that_are_held():
    assert [named(name)[0] for name, _ in rows_under(ARCHITECTURE, "## Layers")] == ORDER


def is_there(name: str) -> bool:
    places = ("", "skanderborg", "config", "tests")
    return name in ELSEWHERE or any(list((ROOT / place).glob(name.rstrip("/"))) for place in places)


def test_every_file_that_a_document_names_is_there():
    found = [(path.name, name) for path in OURS for name in FILE.findall(text_of(path))]

    assert [one for one in found if not is_there(one[1])] == []


def slug(line: str) -> str:
    """The name by which a link finds a heading; of any other line nothing that a link would say."""
    return re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-") if line.startswith("#") else ""


def test_every_heading_that_a_link_names_is_there():
    """That its page is there, tests/test_docs.py sees to."""
    links = [(path, *hit) for path in [*OURS, README] for hit in re.findall(r"\]\(([\w./-]*)#([^)]+)\)", text_of(path))]
    headings = {path: {slug(line) for line in text_of(path).split("\n")} for path in [*OURS, README]}

    assert [(path.name, page, part) for path, page, part in links
            if part not in headings[(path.parent / page).resolve() if page else path]] == []  # fmt: skip


@cache
def words_of_code() -> set[str]:
    """Every word of the program's code, but those that stand in comments and docstrings alone."""
    code = (re.sub(r'(?s)""".*?"""|#[^\n"]*$', "", path.read_text(), flags=re.MULTILINE) for path in PACKAGE_FILES)
    places = {part.removesuffix(".py") for path in PACKAGE_FILES for part in path.relative_to(ROOT).parts}
    return places | {word for text in code for word in re.findall(r"\w+", text)}


def test_every_word_of_the_glossary_is_one_of_the_code():
    """A word that was renamed, or went, is renamed or goes in docs/domain.md too."""
    told = {word for row in rows_under(DOMAIN, "### On screen and in code") for word in named(row[1])}
    own = {word for row in rows_under(DOMAIN, "### Words of the code alone") for word in named(row[0])}

    assert len(told) > 40 < len(own)
    assert (told | own) - words_of_code() == set()


if __name__ == "__main__":
    OPERATIONS.write_text(with_settings(text_of(OPERATIONS)))
