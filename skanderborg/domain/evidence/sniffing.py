"""What a file is, read from its own bytes: its name and what the browser says of it count for nothing (SEC-46).

An allow-list. Nothing is unpacked or decoded here (SEC-47); what is not known for certain is refused, with a sentence
that says what to do instead.
"""

import re
from typing import IO, NamedTuple

from ...errors import Invalid
from . import signatures
from .texts import is_text

HEAD_BYTES = 4096
TAIL_BYTES = 66_000  # a ZIP's directory ends within the last 65,557 bytes
UNKNOWN = "application/octet-stream"


class Type(NamedTuple):
    """A type that is taken in: how it is stored, the end of its name, what people call it, what a download says."""

    media_type: str
    extension: str
    label: str
    sent_as: str
    spellings: tuple[str, ...] = ()  # other ends of a name that say the same


def _type(media_type: str, extension: str, label: str, *spellings: str, sent_as: str | None = None) -> Type:
    return Type(media_type, extension, label, sent_as or media_type, spellings)


TYPES = {
    one.media_type: one
    for one in (
        _type("application/pdf", "pdf", "PDF"),
        _type("image/jpeg", "jpg", "JPEG-billede", "jpeg", "jpe", "jfif"),
        _type("image/png", "png", "PNG-billede"),
        _type("image/gif", "gif", "GIF-billede"),
        _type("image/webp", "webp", "WEBP-billede"),
        _type("image/heic", "heic", "HEIC-billede", "heif", "hif"),
        _type("image/avif", "avif", "AVIF-billede"),
        _type("text/plain", "txt", "Tekst", "text", "log", "csv", "json", "md"),
        # Browsers take message/rfc822 for a saved web page, and would show it.
        _type("message/rfc822", "eml", "Mail (EML)", sent_as=UNKNOWN),
        _type("application/vnd.ms-outlook", "msg", "Mail fra Outlook (MSG)", sent_as=UNKNOWN),
        _type("video/mp4", "mp4", "Video (MP4)", "m4v"),
        _type("video/quicktime", "mov", "Video (MOV)", "qt"),
        _type("video/3gpp", "3gp", "Video (3GP)", "3gpp", "3g2"),
        _type("video/webm", "webm", "Video (WEBM)", "mkv"),
        _type("audio/mp4", "m4a", "Lyd (M4A)", "m4b", "mp4"),
        _type("audio/mpeg", "mp3", "Lyd (MP3)"),
        _type("audio/aac", "aac", "Lyd (AAC)"),
        _type("audio/wav", "wav", "Lyd (WAV)", "wave"),
        _type("audio/ogg", "ogg", "Lyd (OGG)", "opus", "oga"),
        _type("audio/amr", "amr", "Lyd (AMR)"),
    )
}
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")  # of which a preview is made

PDF_INSTEAD = "Gem den som PDF, eller tag et skærmbillede, og vælg det i stedet."
PROGRAM = "Filen er et program eller et script. Den slags tages ikke imod. Læg ikke programmer ind som bevis."
PACKED = (
    "Filen er pakket, fx ZIP, Word eller Excel, og den slags åbnes ikke her. "
    "Gem den som PDF, eller pak den ud, og vælg filerne én for én."
)
WEB_PAGE = f"Filen er en webside eller en tegning med kode i (HTML, SVG eller XML). {PDF_INSTEAD}"
OFFICE = f"Filen er et dokument fra et ældre Office-program eller Word. {PDF_INSTEAD}"
TWO_AT_ONCE = f"Filen er to slags filer på én gang og kan være farlig. {PDF_INSTEAD}"
NOT_KNOWN = (
    "Filens indhold er ikke af en slags, der kan gemmes. "
    "Vælg PDF, billede, lyd, video, mail (EML, MSG) eller ren tekst, eller gem den som PDF først."
)
EMPTY = "Filen er tom. Vælg den igen, eller hent den på ny fra telefonen eller mailen."

SCRIPT_NAMES = frozenset(
    """
    bat cmd com css exe hta htm html js jse mht mhtml mjs php pl ps1 psm1 py reg scf scr sh svg url vb vbe vbs wsf
    wsh xht xhtml xml xsl
""".split()
)
CODE = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>]|<\?php", re.IGNORECASE)
XML = re.compile(rb"\s*<(?:\?xml|!doctype|!--)", re.IGNORECASE)  # cameras write it inside of pictures and videos too
REFUSED_HEADS = (
    (b"PK\x03\x04", PACKED), (b"PK\x05\x06", PACKED), (b"Rar!", PACKED), (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"\x1f\x8b", PACKED), (b"BZh", PACKED), (b"\xfd7zXZ\x00", PACKED), (b"MSCF", PACKED),
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM), (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM), (b"#!/", PROGRAM), (b"#! /", PROGRAM), (b"{\\rtf", OFFICE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
)  # fmt: skip


def media_type_of(stream: IO[bytes], name: str) -> str:
    """The type of the file, one of TYPES. Raises Invalid, with what to do, for a type that is not taken in.

    Reads the head and the tail, and all of what may be plain text; the name is asked only whether plain text is to be
    run.
    """
    head, tail = _ends(stream)
    if not head:
        raise Invalid(EMPTY, "files")
    found = signatures.known(head, stream)
    if found is None:
        _refuse_named(head)
        return _text(stream, head, name)
    _refuse_two_at_once(found, head, tail)
    return found


def extension_of(name: str) -> str:
    """The end of a file's name, in small letters and without its dot; empty where there is none."""
    return name.rpartition(".")[2].strip().casefold() if "." in name else ""


def says_otherwise(name: str, media_type: str) -> bool:
    """Whether the name of a file says that it is something else than it is."""
    own, said = TYPES[media_type], extension_of(name)
    return bool(said) and said not in (own.extension, *own.spellings)


def _ends(stream: IO[bytes]) -> tuple[bytes, bytes]:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - TAIL_BYTES))
    tail = stream.read(TAIL_BYTES)
    stream.seek(0)
    return stream.read(HEAD_BYTES), tail


def _refuse_named(head: bytes) -> None:
    """Say why for the kinds that people often have."""
    for start, why in REFUSED_HEADS:
        if head.startswith(start):
            raise Invalid(why, "files")
    if head.startswith(signatures.OLE):
        raise Invalid(OFFICE, "files")


def _refuse_two_at_once(found: str, head: bytes, tail: bytes) -> None:
    """A file that also opens as something else was made to deceive one of its readers."""
    is_mail = found in ("message/rfc822", "application/vnd.ms-outlook")
    is_other_pdf = found != "application/pdf" and not is_mail and b"%PDF-" in head[:1024]
    has_code = not is_mail and bool(CODE.search(head) or CODE.search(tail[-1024:]))
    if _ends_as_zip(tail) or is_other_pdf or (has_code and found != "application/pdf"):
        raise Invalid(TWO_AT_ONCE, "files")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an unpacker would find an archive: the directory of a ZIP stands last, however the file begins."""
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") >= len(tail)


def _text(stream: IO[bytes], head: bytes, name: str) -> str:
    if not is_text(stream):
        raise Invalid(NOT_KNOWN, "files")
    plain = head.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")  # as if it were not UTF-16
    if signatures.is_mail(plain):
        return "message/rfc822"
    if CODE.search(plain) or XML.match(plain):
        raise Invalid(WEB_PAGE, "files")
    if b"%PDF-" in plain[:1024]:
        raise Invalid(TWO_AT_ONCE, "files")
    if extension_of(name) in SCRIPT_NAMES:
        raise Invalid(PROGRAM, "files")
    return "text/plain"
