"""Every copy of what others made is recorded, unchanged since then, and has its licence beside it."""

import hashlib
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
RECORDED = tomllib.loads((STATIC / "vendor.toml").read_text(encoding="utf-8"))["file"]
OUR_OWN = {"static/icon.svg", "static/vendor.toml", "static/board.png"}  # and scripts and styles: tests/test_static.py


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
    written = {
        path.relative_to(ROOT).as_posix()
        for path in STATIC.rglob("*")
        if re.search(r"(?<!\.min)\.(js|css)$", path.name)
    }
    kept = [*STATIC.rglob("*"), *(ROOT / "tests" / "vendor").rglob("*"), *(ROOT / "templates/pdf/fonts").rglob("*")]

    assert {path.relative_to(ROOT).as_posix() for path in kept if path.is_file()} == known | written


def test_colours_are_named_in_one_place():
    assert "#" not in (STATIC / "css" / "dkfds.css").read_text(encoding="utf-8").partition("*/")[2]
