"""Every copy of what others made is recorded, unchanged since then, and has its licence beside it."""

import gzip
import hashlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
RECORDED = tomllib.loads((STATIC / "vendor.toml").read_text(encoding="utf-8"))["file"]
OUR_OWN = {"static/js/app.js", "static/css/sk.css", "static/icon.svg", "static/vendor.toml", "static/board.png"}
CSS_BYTES, JS_BYTES, FONT_BYTES = 20_000, 22_000, 51_500  # gzipped; fonts are compressed already


def weight(*paths: Path) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_a_copy_is_what_was_recorded():
    changed = [
        file["path"]
        for file in RECORDED
        if hashlib.sha256((ROOT / file["path"]).read_bytes()).hexdigest() != file["sha256"]
    ]

    assert changed == []


def test_a_copy_has_its_licence_beside_it():
    bare = [file["path"] for file in RECORDED if len((ROOT / file["licence_text"]).read_text(encoding="utf-8")) <= 500]

    assert bare == []


def test_every_static_file_is_recorded_or_our_own():
    known = {file["path"] for file in RECORDED} | {file["licence_text"] for file in RECORDED} | OUR_OWN
    kept = [*STATIC.rglob("*"), *(ROOT / "tests" / "vendor").rglob("*"), *(ROOT / "templates/pdf/fonts").rglob("*")]

    assert {path.relative_to(ROOT).as_posix() for path in kept if path.is_file()} == known


def test_a_page_stays_light():
    assert weight(*(STATIC / "css").glob("*.css")) <= CSS_BYTES
    assert weight(*(STATIC / "js").glob("*.js")) <= JS_BYTES
    assert sum(path.stat().st_size for path in (STATIC / "fonts").iterdir()) <= FONT_BYTES


def test_colours_are_named_in_one_place():
    assert "#" not in (STATIC / "css" / "dkfds.css").read_text(encoding="utf-8").partition("*/")[2]
