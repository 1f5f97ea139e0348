"""What a version is made of: a CycloneDX 1.6 bill of materials of locked packages and vendored files, or, with
`--licences`, one line a part. Asks the installed packages and static/vendor.toml; nothing is fetched."""

import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
UNSAID = {"cysqlite": "MIT", "peewee": "MIT", "pyrage": "MIT"}  # which say it in their file LICENSE alone
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def version() -> str:
    """The version that CHANGELOG.md names first."""
    found = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    return found[1] if found else "0"


def packages() -> list[dict[str, Any]]:
    """Every package that is installed with the program, as requirements.txt locks it."""
    text = (ROOT / "requirements.txt").read_text()
    starts = list(PINNED.finditer(text))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return [
        _part(name := match[1], match[2], _licence_of(name), HASH.findall(text[match.start() : end]),
              purl=f"pkg:pypi/{name}@{match[2]}")
        for match, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def files() -> list[dict[str, Any]]:
    """Every file that others made and the repository keeps a copy of."""
    given = tomllib.loads((ROOT / "static" / "vendor.toml").read_text())["file"]
    return [
        _part(one["path"], one["version"], one["licence"], [one["sha256"]], kind="file",
              purl=f"pkg:npm/{one['package']}@{one['version']}")
        for one in given
    ]  # fmt: skip


def bill() -> dict[str, Any]:
    """The whole bill."""
    program = {"type": "application", "name": "koordinering", "version": version()}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": program},
        "components": [*packages(), *files()],
    }  # fmt: skip


def _part(
    name: str, number: str, licence: str, hashes: list[str], *, purl: str, kind: str = "library"
) -> dict[str, Any]:
    return {
        "type": kind, "name": name, "version": number, "purl": purl, "licenses": [{"license": {"name": licence}}],
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in hashes],
    }  # fmt: skip


def _licence_of(name: str) -> str:
    """As the package says: its expression, else what it is classified as, else its first words on it."""
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:  # for another system than this one
        return "not installed here"
    classified = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if line.startswith("License ::")
    ]
    return (
        said.get("License-Expression")
        or ", ".join(classified)
        or (said.get("License") or UNSAID.get(name, "unknown")).splitlines()[0]
    )


if __name__ == "__main__":
    found = bill()
    lines = [f"{one['name']} {one['version']}: {one['licenses'][0]['license']['name']}" for one in found["components"]]
    sys.stdout.write("\n".join(lines) if "--licences" in sys.argv else json.dumps(found, indent=1))
