"""What goes with a version: the bill of what it is made of."""

import re
import tomllib

from release import sbom
from skanderborg.settings import ROOT


def test_the_bill_names_every_locked_package_and_every_file_of_others_with_hash_and_licence():
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    kept = {one["path"] for one in tomllib.loads((ROOT / "static" / "vendor.toml").read_text())["file"]}

    parts = sbom.bill()["components"]

    assert {part["name"] for part in parts} == locked | kept
    assert all(part["hashes"] for part in parts)
    assert [part["name"] for part in parts if part["licenses"][0]["license"]["name"] in ("", "unknown")] == []
