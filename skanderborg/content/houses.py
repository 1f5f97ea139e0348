"""Another municipality's house: which files are its own, what it begins with, and its colour."""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ..kinds import ContactGroup
from ..settings import SettingError
from .directory import ContactEntry

OWN = ("contacts.toml", "departments.toml")  # what another municipality has of its own; the trade is the same
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
PAPER, NIGHT = (255, 255, 255), (38, 38, 38)  # what the colour stands on by day and in the dark (static/css/type.css)
LIGHTER = 0.55  # how much of the colour is left in the dark, the rest is white
LEAST_CONTRAST = 4.5  # WCAG 1.4.3
LOCAL = {"police-sparring", "social-on-call"}  # contacts of everywhere whose number is the municipality's own
DEPARTMENTS = (("jobcenter", "Jobcenter"), ("boern-unge", "Børn og Unge"), ("borgerservice", "Borgerservice"))


def starting_contacts(entries: Iterable[ContactEntry], district: str) -> list[ContactEntry]:
    """What every municipality has: no resource person, no neighbour, and no local number, which it writes itself."""
    kept = [one for one in entries if one.group not in (ContactGroup.STAFF, ContactGroup.MUNICIPALITIES)]
    return [msgspec.structs.replace(one, verified_on=None, **_local(one, district)) for one in kept]


def _local(entry: ContactEntry, district: str) -> dict[str, str]:
    if entry.key not in LOCAL:
        return {}
    name = district if entry.key == "police-sparring" else entry.name
    return {
        "phone": "",
        "email": "",
        "name": name,
        "note": entry.note or "Kommunen skriver nummeret. Ring 114 indtil da.",
    }


def write(folder: Path, name: str, entries: list[ContactEntry]) -> list[Path]:
    """Write a folder that a municipality goes on from; returns its files. Raises FileExistsError where one is there."""
    departments = [f"[[department]]\nkey = {_text(key)}\nname = {_text(label)}\n" for key, label in DEPARTMENTS]
    texts = {
        "contacts.toml": "\n".join([PERSON, *map(_contact, entries)]),
        "departments.toml": "\n".join(["# Afdelinger, der kan bedes om hjælp. Nøglen ændres aldrig.\n", *departments]),
        "settings.toml": SETTINGS.format(name=_text(name), folder=_text(str(folder.resolve()))),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        with open(folder / file, "x", encoding="utf-8") as there:
            there.write(text)
    return [folder / file for file in texts]


PERSON = """\
# Navne og numre. Begynd med kommunens egne ressourcepersoner, én blok for hver:
#
# [[contact]]
# key = "rp-jobcenter"
# name = "Navn Efternavn"
# group = "staff"
# unit = "Jobcenter"
# phone = "12345678"
# scope = ["staff"]
#
# Skriv så nummeret på politiets sparring og den sociale døgnvagt, og ring dem alle op, før de bruges.
"""
SETTINGS = """\
# Indstillinger for kommunens hus: SKB_CONFIG_FILE peger på denne fil. Resten står i docs/operations.md.
municipality = {name}
content_folder = {folder}
# colour = "#004d99"       # kommunens farve; den skal kunne læses på hvidt og i mørke
# mail_from = "Koordinering <koordinering@nordby.example.invalid>"
# mail_domains = ["nordby.example.invalid"]
"""


def _contact(entry: ContactEntry) -> str:
    lines = ["[[contact]]"]
    for field, value in msgspec.to_builtins(entry).items():
        if value:
            lines.append(f"{field} = {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true"
    return f"[{', '.join(map(_text, value))}]" if isinstance(value, list | tuple) else _text(str(value))


def _text(value: object) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


# ── colour ──────────────────────────────────────────────────────────────────────────────────────────


def refuse_unreadable(colour: str) -> None:
    """Raise SettingError for a colour that is none, or that cannot be read; the empty one is the usual."""
    if colour and not (COLOUR.fullmatch(colour) and is_readable(colour)):
        raise SettingError("colour: skriv en farve som #004d99, der kan læses på hvidt og i mørke (4,5 til 1).")


def is_readable(colour: str) -> bool:
    """Whether a colour («#004d99») can be read on paper by day, and lightened in the dark."""
    day = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    night = tuple(round(LIGHTER * part + (1 - LIGHTER) * 255) for part in day)
    return contrast(day, PAPER) >= LEAST_CONTRAST and contrast(night, NIGHT) >= LEAST_CONTRAST


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def look(colour: str) -> str:
    """The rule that lays a municipality's colour over the look; empty for none."""
    lighter = f"color-mix(in srgb, {colour} {LIGHTER:.0%}, white)"
    return f":root {{ --primary: light-dark({colour}, {lighter}); }}" if colour else ""
