"""What a file is, read from its own bytes: its name and what the browser says of it count for nothing (SEC-46).

An allow-list. Nothing is unpacked or decoded here (SEC-47); what is not known for certain is refused, with a sentence
that says what to do instead.
"""

import re
from typing import IO, NamedTuple, NoReturn

from ...errors import Invalid
from . import archives, signatures
from .texts import is_text, plain

HEAD_BYTES = 4096
MAIL_HEAD_BYTES = 256 * 1024  # what mail servers write above a mail goes on and on
TAIL_BYTES = 66_000  # a ZIP's directory ends within the last 65,557 bytes
UNKNOWN = "application/octet-stream"
WEB_PAGE = "text/html"


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
        _type("image/tiff", "tif", "TIFF-billede", "tiff", "dng", "nef", "cr2", "arw"),
        _type("image/bmp", "bmp", "BMP-billede", "dib"),
        _type("text/plain", "txt", "Tekst", "text", "log", "csv", "json", "md", "xml"),
        _type(WEB_PAGE, "html", "Webside (HTML)", "htm", "xhtml", sent_as=UNKNOWN),
        # Browsers take message/rfc822 for a saved web page, and would show it.
        _type("message/rfc822", "eml", "Mail (EML)", "emlx", "mbox", "mht", sent_as=UNKNOWN),
        _type("application/vnd.ms-outlook", "msg", "Mail fra Outlook (MSG)", sent_as=UNKNOWN),
        _type("video/mp4", "mp4", "Video (MP4)", "m4v"),
        _type("video/quicktime", "mov", "Video (MOV)", "qt"),
        _type("video/3gpp", "3gp", "Video (3GP)", "3gpp", "3g2"),
        _type("video/webm", "webm", "Video (WEBM)"),
        _type("video/x-matroska", "mkv", "Video (MKV)"),
        _type("video/x-msvideo", "avi", "Video (AVI)", "divx"),
        _type("video/x-ms-wmv", "wmv", "Video (WMV)", "asf"),
        _type("video/mp2t", "ts", "Video (TS)", "mts", "m2ts", "m2t"),
        _type("video/mpeg", "mpg", "Video (MPEG)", "mpeg", "vob"),
        _type("video/x-flv", "flv", "Video (FLV)"),
        _type("audio/mp4", "m4a", "Lyd (M4A)", "m4b", "mp4"),
        _type("audio/mpeg", "mp3", "Lyd (MP3)"),
        _type("audio/aac", "aac", "Lyd (AAC)"),
        _type("audio/wav", "wav", "Lyd (WAV)", "wave"),
        _type("audio/ogg", "ogg", "Lyd (OGG)", "opus", "oga"),
        _type("video/ogg", "ogv", "Video (OGG)", "ogg"),
        _type("audio/amr", "amr", "Lyd (AMR)"),
        _type("audio/x-caf", "caf", "Lyd (CAF)"),
        _type("audio/x-ms-wma", "wma", "Lyd (WMA)", "asf"),
        _type("audio/flac", "flac", "Lyd (FLAC)"),
        _type("audio/aiff", "aiff", "Lyd (AIFF)", "aif", "aifc"),
        _type("application/zip", "zip", "Chat (ZIP)"),
    )
}
PICTURES = (  # of which a preview is made
    "image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/bmp",
)  # fmt: skip

PDF_INSTEAD = "Gem den som PDF, eller tag et skærmbillede, og vælg det i stedet."
INSTEAD = {  # what to do, by what a file is or its name says
    "mail": "Gem mailen selv fra mailprogrammet som EML eller MSG, og vælg den i stedet.",
    "video": "Gem den som MP4, eller tag billeder af skærmen, og vælg dem i stedet. Behold originalen.",
    "audio": "Gem den som MP3 eller M4A, og vælg den i stedet. Behold originalen.",
}
NAMED = {  # ends of names of files that are refused, or known by nobody
    "mail": "eml emlx msg mbox mbx pst ost dbx olm mail",
    "video": "mp4 m4v mov qt 3gp 3g2 avi divx wmv asf mkv webm ts mts m2ts mpg mpeg vob flv f4v rm ogv dav 264 265",
    "audio": "mp3 m4a m4b aac wav ogg oga opus amr caf wma flac aif aiff ra mid midi 3ga dss ds2 qcp",
}
FAMILIES = {end: family for family, ends in NAMED.items() for end in ends.split()}
PROGRAM = "Filen er et program eller et script. Den slags tages ikke imod. Læg ikke programmer ind som bevis."
PACKED = (
    "Filen er pakket, fx ZIP, Word eller Excel, og den slags åbnes ikke her. "
    "Gem den som PDF, eller pak den ud, og vælg filerne én for én."
)
SHEET = (
    "Filen er et regneark fra {program}. Er det borgerens log, så gem den dér som XLSX eller CSV, og læs den ind på "
    "siden Importér. Skal den være et bilag, så gem den som PDF."
)
WINMAIL = (
    "Filen er winmail.dat: en mail med bilag, som Outlook har pakket ind. Åbn mailen i Outlook, og gem den som MSG, "
    "eller bed afsenderen sende den igen som almindelig tekst."
)
MAILBOX = "Filen er en hel postkasse. Gem de mails, det handler om, én for én som MSG eller EML, og vælg dem i stedet."
DRAWING = "Filen er en tegning med kode i (SVG). {instead}"
OFFICE = "Filen er et dokument fra et ældre Office-program eller Word. {instead}"
TWO_AT_ONCE = "Filen er to slags filer på én gang og kan være farlig. {instead}"
NOT_KNOWN = "Filens indhold er ikke af en slags, der kan gemmes. {instead}"
IN_OTHER_FORM = (
    "Vælg PDF, billede, lyd, video, mail (EML, MSG) eller ren tekst. "
    "Kan du åbne filen, så gem den i en af de former, eller tag et skærmbillede."
)
EMPTY = "Filen er tom. Vælg den igen, eller hent den på ny fra telefonen eller mailen."

SCRIPT_NAMES = frozenset(
    """
    bat cmd com css exe hta js jse mht mhtml mjs php pl ps1 psm1 py reg scf scr sh svg url vb vbe vbs wsf wsh xht xsl
""".split()
)
CODE = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s/>]|<\?php", re.IGNORECASE)
# A text that speaks of a tag is a text. A page or a drawing begins with one, maybe after what XML says of itself.
PAGE = re.compile(rb"(?:\s|<\?xml[^>]*>|<!--.*?-->|<!doctype svg[^>]*>)*+" + CODE.pattern, re.IGNORECASE | re.DOTALL)
PAGE_NAMES = frozenset({"html", "htm", "xhtml"})
REFUSED_HEADS = (
    (b"Rar!", PACKED), (b"7z\xbc\xaf\x27\x1c", PACKED), (b"PK\x05\x06", PACKED),
    (b"\x1f\x8b", PACKED), (b"BZh", PACKED), (b"\xfd7zXZ\x00", PACKED), (b"MSCF", PACKED),
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM), (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM), (b"#!/", PROGRAM), (b"#! /", PROGRAM), (b"{\\rtf", OFFICE),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM), (b"\x78\x9f\x3e\x22", WINMAIL), (b"!BDN", MAILBOX),
    (signatures.OLE, OFFICE),
)  # fmt: skip


def media_type_of(stream: IO[bytes], name: str) -> str:
    """The type of the file, one of TYPES. Raises Invalid, with what to do, for a type that is not taken in.

    Reads the head and the tail, and all of what may be plain text; the name is asked only whether plain text is to be
    run, and which advice helps.
    """
    head, tail = _ends(stream)
    if not head:
        raise Invalid(EMPTY, "files")
    found = signatures.known(head, stream)
    family = (found or "").partition("/")[0]
    advice = INSTEAD.get(family) or INSTEAD.get(FAMILIES.get(extension_of(name), ""))
    if found is None:
        _refuse_named(head, advice)
        found = _packed(stream, head, tail) or _pdf_further_in(head, tail) or _text(stream, head, tail, name, advice)
    _refuse_two_at_once(found, head, tail, advice)
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


def _refuse(why: str, advice: str | None, otherwise: str = PDF_INSTEAD) -> NoReturn:
    raise Invalid(why.format(instead=advice or otherwise), "files")


def _refuse_named(head: bytes, advice: str | None) -> None:
    """Say why for the kinds that people often have."""
    for start, why in REFUSED_HEADS:
        if head.startswith(start):
            _refuse(why, advice)


def _refuse_two_at_once(found: str, head: bytes, tail: bytes, advice: str | None) -> None:
    """A file that also opens as something else was made to deceive one of its readers."""
    if found in ("application/zip", "text/plain"):
        return
    is_mail = found in ("message/rfc822", "application/vnd.ms-outlook")
    is_other_pdf = found != "application/pdf" and not is_mail and signatures.PDF in head[: signatures.PDF_WITHIN]
    has_code = not is_mail and found != WEB_PAGE and bool(CODE.search(head) or CODE.search(tail[-1024:]))
    if _ends_as_zip(tail) or is_other_pdf or (has_code and found != "application/pdf"):
        _refuse(TWO_AT_ONCE, advice)


def _ends_as_zip(tail: bytes) -> bool:
    """Whether an unpacker would find an archive: the directory of a ZIP stands last, however the file begins."""
    at = tail.rfind(b"PK\x05\x06")
    return at >= 0 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") >= len(tail)


def _packed(stream: IO[bytes], head: bytes, tail: bytes) -> str | None:
    """An archive is kept only if it is a chat as a phone gives it out. None for what is no archive."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    if head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"):
        raise Invalid(SHEET.format(program="LibreOffice (ODS)"), "files")
    if b".iwa" in head or b".iwa" in tail:
        raise Invalid(SHEET.format(program="Apple (Numbers)"), "files")
    if not archives.is_chat(stream):
        raise Invalid(PACKED, "files")
    return "application/zip"


def _pdf_further_in(head: bytes, tail: bytes) -> str | None:
    """A PDF behind a few bytes that are none of it, unless they are a page or a mail themselves."""
    if not signatures.has_pdf(head, tail) or signatures.is_mail(head) or CODE.search(head.partition(signatures.PDF)[0]):
        return None
    return "application/pdf"


def _text(stream: IO[bytes], head: bytes, tail: bytes, name: str, advice: str | None) -> str:
    stream.seek(0)
    if signatures.is_mail(plain(stream.read(MAIL_HEAD_BYTES))):  # servers write bytes of every kind into mails
        return "message/rfc822"
    if not is_text(stream):
        _refuse(NOT_KNOWN, advice, IN_OTHER_FORM)
    text = plain(head)
    page = PAGE.match(text)
    begins = page[0].rstrip(b"/> \t\r\n").lower() if page else b""
    if begins.endswith(b"svg"):
        _refuse(DRAWING, advice)
    if signatures.has_pdf(text, tail):
        _refuse(TWO_AT_ONCE, advice)
    if begins.endswith(b"<?php") or extension_of(name) in SCRIPT_NAMES:
        raise Invalid(PROGRAM, "files")
    if page or extension_of(name) in PAGE_NAMES:
        return WEB_PAGE
    return "text/plain"
