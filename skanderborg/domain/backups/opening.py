"""A backup is opened: everything about it is checked before anything is written, and what is wrong is named."""

from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ...errors import Invalid
from ...settings import SettingError
from ...store import age, escrow, schema, snapshot
from . import manifests
from .manifests import KeyPart, Manifest, Part

WHY = {
    "identity": "gendannelsesnøglen åbner den ikke. Brug den, hvis modtager stod i backup_recipients.",
    "truncated": "filen er afkortet.",
    "altered": "filen er beskadiget: noget i den er ændret.",
}


class Opened(NamedTuple):
    """A backup that can be put back: the database in `file`, and what opens it."""

    manifest: Manifest
    keys: KeyPart
    file: Path


def opened(path: Path, identity: str, apart: Path) -> Opened:
    """Decrypt a backup into the folder `apart`, with the newest key part beside it; its keys are the open ring then.

    Raises Invalid, which names the part and what is wrong with it, OSError.
    """
    by = _identities(identity)
    manifest = manifests.read(path)
    _refuse_newer(manifest)
    key_path, of_keys = _newest_keys(path, manifest)
    key_part = _key_part(of_keys, path.parent, by)
    for one, where in ((of_keys, key_path), (manifest, path)):
        if not manifests.is_ours(one):
            raise Invalid(
                f"{where.name}: manifestet er ændret, eller det hører til en anden installation end nøglerne."
            )
    file = apart / snapshot.NAME
    with file.open("xb") as target:
        file.chmod(age.PRIVATE)
        _unsealed(manifest.database, path.parent, target, by)
    if manifest.kind == "postgresql":
        snapshot.readable(file)
    return Opened(manifest, key_part, file)


def _identities(text: str) -> list[Any]:
    try:
        return age.identities(text)
    except ValueError:
        raise SettingError("--identity: filen indeholder ingen gendannelsesnøgle (AGE-SECRET-KEY-1…).") from None


def _refuse_newer(manifest: Manifest) -> None:
    if newer := sorted(set(manifest.migrations) - set(schema.known())):
        raise Invalid(
            f"Sikkerhedskopien er lavet af en nyere udgave af programmet ({newer[0]}). Installér den, og prøv igen."
        )


def _newest_keys(path: Path, manifest: Manifest) -> tuple[Path, Manifest]:
    """The newest backup beside it whose key part is there: it opens the older ones too, less what was erased since."""
    there = [one for one in manifests.beside(path) if (path.parent / one[1].keys.name).exists()]
    usable = [one for one in there if one[1].made_at >= manifest.made_at]
    if usable:
        return usable[-1]
    if there:
        raise Invalid(f"{manifest.keys.name} mangler, og de nøgledele, der er her, er ældre end databasen.")
    raise Invalid(f"{manifest.keys.name} mangler. Læg den, eller en nyere sikkerhedskopis, ved siden af manifestet.")


def _key_part(of: Manifest, folder: Path, by: list[Any]) -> KeyPart:
    text = BytesIO()
    _unsealed(of.keys, folder, text, by)
    try:
        found = msgspec.json.decode(text.getvalue(), type=KeyPart)
        escrow.use(found.ring)
    except (msgspec.MsgspecError, ValueError):
        raise Invalid(f"{of.keys.name}: filen er ikke en nøgledel.") from None
    if found.backup != of.backup:
        raise Invalid(f"{of.keys.name}: filen hører til en anden sikkerhedskopi.")
    return found


def _unsealed(part: Part, folder: Path, target: Any, by: list[Any]) -> None:
    path = folder / part.name
    if not path.exists():
        raise Invalid(f"{part.name} mangler i mappen.")
    try:
        plain, _ = age.unseal(path, target, by)
    except age.Locked as error:
        reason = "truncated" if error.reason == "altered" and path.stat().st_size < part.bytes else error.reason
        raise Invalid(f"{part.name}: {WHY[reason]}") from None
    if plain != (part.content_bytes, part.content_sha256):
        raise Invalid(f"{part.name}: filen hører til en anden sikkerhedskopi.")
