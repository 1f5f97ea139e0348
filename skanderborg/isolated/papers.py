"""Papers as PDF: one template of templates/pdf, filled with texts, as PDF/A-2a and PDF/UA-1 (decision 17).

Reads JSON: {"template": "police_pack", "made_at": seconds since 1970 UTC, "content": {…}}; writes the PDF. The same
input gives the same bytes. A character that the font cannot draw would break the standard, and an invisible one would
be obeyed: both are written out, such as [U+1F600 GRINNING FACE] and [U+202E].
"""

import datetime
import json
import struct
import sys
import unicodedata
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "pdf"
FONTS = FOLDER / "fonts"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
LINE_ENDS = "\n"
ONLY_LOOK = "\ufe0e\ufe0f"  # which of two pictures is meant: nothing to read
NAMED = 3  # so many unshowable characters side by side are written with their names, more by number alone


def main() -> None:
    """Make one paper."""
    asked = json.load(sys.stdin.buffer)
    drawn = set.intersection(*(drawn_by(file.read_bytes()) for file in sorted(FONTS.glob("*.ttf"))))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    compiler = typst.Compiler(FOLDER / f"{asked['template']}.typ", root=FOLDER, font_paths=fonts)
    made_at = datetime.datetime.fromtimestamp(asked["made_at"], datetime.UTC)
    content = json.dumps(shown(asked["content"], drawn), ensure_ascii=False)
    inputs = {"content": content}
    pdf: Any = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=made_at)
    sys.stdout.buffer.write(pdf)


def shown(value: Any, drawn: set[int]) -> Any:
    """The content with every text in it as it can be printed."""
    if isinstance(value, str):
        return printable(value, drawn)
    if isinstance(value, list):
        return [shown(one, drawn) for one in value]
    if isinstance(value, dict):
        return {name: shown(one, drawn) for name, one in value.items()}
    return value


def printable(text: str, drawn: set[int]) -> str:
    """A text of which everything is visible."""
    text = unicodedata.normalize("NFC", text).replace("\t", " ")
    return text if all(map(_is_plain, text)) else _written_out(text, drawn)


def _is_plain(character: str) -> bool:
    return " " <= character <= "~" or character in "æøåÆØÅ\n"


def _written_out(text: str, drawn: set[int]) -> str:
    pieces, run = [], ""
    for character in text:
        if character in ONLY_LOOK:
            continue
        if _can_be_seen(character, drawn):
            pieces += [_named(run), character]
            run = ""
        else:
            run += character
    return "".join([*pieces, _named(run)])


def _can_be_seen(character: str, drawn: set[int]) -> bool:
    if character == LINE_ENDS:
        return True
    # Cc, Cf, Cs, Co, Cn: controls, what turns the direction of a line, what is no character.
    return (ord(character) in drawn and unicodedata.category(character)[0] not in "CZ") or character in " \u00a0"


def _named(run: str) -> str:
    if not run:
        return ""
    if len(run) > NAMED:
        return "[" + " ".join(f"U+{ord(character):04X}" for character in run) + "]"
    names = (f"U+{ord(character):04X} {_name(character)}".strip() for character in run)
    return "".join(f"[{name}]" for name in names)


def _name(character: str) -> str:
    """Its name, unless it is one that nobody can see: its number says enough."""
    return "" if unicodedata.category(character)[0] in "CZ" else unicodedata.name(character, "")


# ── what a font can draw ────────────────────────────────────────────────────────────────────────────


def drawn_by(font: bytes) -> set[int]:
    """The code points for which a TrueType font has a glyph, by its table «cmap» (OpenType, formats 4 and 12)."""
    cmap = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", cmap, 2)
    offsets = {struct.unpack_from(">I", cmap, 8 + 8 * place)[0] for place in range(count)}
    found: set[int] = set()
    for offset in offsets:
        (kind,) = struct.unpack_from(">H", cmap, offset)
        if kind == 12:
            found |= _of_groups(cmap, offset)
        elif kind == 4:
            found |= _of_segments(cmap, offset)
    return found


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for place in range(count):
        name, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        if name == tag:
            return font[offset : offset + length]
    raise ValueError("the font has no such table")


def _of_groups(cmap: bytes, offset: int) -> set[int]:
    (count,) = struct.unpack_from(">I", cmap, offset + 12)
    groups = (struct.unpack_from(">II", cmap, offset + 16 + 12 * place) for place in range(count))
    return {code for first, last in groups for code in range(first, last + 1)}


def _of_segments(cmap: bytes, offset: int) -> set[int]:
    """Only what maps by a plain shift or by a table counts; glyph 0 means that there is none."""
    (twice,) = struct.unpack_from(">H", cmap, offset + 6)
    ends, starts = offset + 14, offset + 16 + twice
    found = set()
    for place in range(0, twice, 2):
        (last,), (first,) = struct.unpack_from(">H", cmap, ends + place), struct.unpack_from(">H", cmap, starts + place)
        (shift,) = struct.unpack_from(">H", cmap, starts + twice + place)
        ranges = starts + 2 * twice + place
        (away,) = struct.unpack_from(">H", cmap, ranges)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code + shift if not away else struct.unpack_from(">H", cmap, ranges + away + 2 * (code - first))[0]
            if glyph & 0xFFFF:
                found.add(code)
    return found


if __name__ == "__main__":
    main()
