"""The first bytes by which a kind of file is known."""

import re
from typing import IO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEGINS = (
    (b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"), (b"GIF89a", "image/gif"),
    (b"#!AMR\n", "audio/amr"), (b"#!AMR-WB\n", "audio/amr"), (b"caff\x00\x01", "audio/x-caf"),
    (b"fLaC\x00", "audio/flac"), (b"FLV\x01", "video/x-flv"), (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"II+\x00", "image/tiff"), (b"MM\x00+", "image/tiff"),
)  # fmt: skip
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
FORM = {b"AIFF": "audio/aiff", b"AIFC": "audio/aiff"}
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_PICTURES = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")  # one of its streams is a video
ASF_SOUND = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # what a film begins with that says no brand
EBML = {b"webm": "video/webm", b"matroska": "video/x-matroska"}
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
PDF, PDF_WITHIN = b"%PDF-", 1024  # readers look for it that far in
BRANDS = {
    "image/heic": b"heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 miaf",
    "image/avif": b"avif avis",
    "audio/mp4": b"M4A  M4B  M4P ",
    "video/quicktime": b"qt  ",
    "video/3gpp": b"3gp1 3gp2 3gp3 3gp4 3gp5 3gp6 3gp7 3gr6 3gs7 3ge6 3gg6 3g2a 3g2b 3g2c",
    "video/mp4": b"isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 M4V  MSNV dash mmp4",
}
BY_BRAND = {brands[at : at + 4]: media_type for media_type, brands in BRANDS.items() for at in range(0, len(brands), 5)}
BEFORE_MAIL = re.compile(rb"(?:\xef\xbb\xbf|\s+|\d{1,12}[ \t]*\r?\n|>?From [^\n]*\n)*")  # a mark, .emlx's count, mbox
MAIL_HEADERS = set(
    """
    from to subject date received return-path message-id mime-version reply-to content-type x-received delivered-to
""".split()
)
HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
MSG_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")  # of an Outlook message, in its root entry
MSG_PARTS = ("__properties_version", "__substg1.0_", "__nameid_version", "__recip_version", "__attach_version")


def known(head: bytes, stream: IO[bytes]) -> str | None:
    """The type of a file that begins so, or None. Text has no beginning of its own: see texts.py."""
    for start, media_type in BEGINS:
        if head.startswith(start):
            return media_type
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return next((kind for word, kind in EBML.items() if word in head[:64]), None)
    if head.startswith(OLE):
        return "application/vnd.ms-outlook" if _is_outlook(stream, head) else None
    return _in_container(head) or _sound(head)


def has_pdf(head: bytes, tail: bytes) -> bool:
    """Whether a PDF begins a little further in, as where a browser wrote down what the server said before it."""
    return PDF in head[:PDF_WITHIN] and b"startxref" in tail


def is_mail(head: bytes) -> bool:
    """Whether text begins as a mail does: header after header, and some that every mail has. Programs write before it
    how long it is, or when it came."""
    head = head[BEFORE_MAIL.match(head).end() :]  # type: ignore[union-attr]
    if not HEADER.match(head):
        return False
    lines = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return len({name.decode().casefold() for name in HEADER.findall(lines)} & MAIL_HEADERS) >= 3


def _in_container(head: bytes) -> str | None:
    """The type of a file that says a few bytes in what it holds."""
    if head.startswith(b"OggS\x00"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head.startswith((b"RIFF", b"FORM")):
        return (RIFF if head[:1] == b"R" else FORM).get(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_brand(head)
    if head[4:8] in QUICKTIME and head[0] < ord(" "):  # a length: no text
        return "video/quicktime"
    if head.startswith(ASF):
        return "audio/x-ms-wma" if ASF_SOUND in head and ASF_PICTURES not in head else "video/x-ms-wmv"
    if head.startswith(b"BM") and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "image/bmp"
    return "video/mp2t" if any(_is_stream(head, *packets) for packets in ((0, 188), (4, 192))) else None


def _is_stream(head: bytes, first: int, packet_bytes: int) -> bool:
    """Whether every packet begins with the mark of a transport stream, and there are some."""
    marks = head[first::packet_bytes]
    return len(marks) > 2 and set(marks) == {0x47}


def _of_brand(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    if not 16 <= size <= 1024:
        return None
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    found = next((BY_BRAND[brand] for brand in brands if brand in BY_BRAND), None)
    return found or ("video/mp4" if head[size + 4 : size + 8] in QUICKTIME else None)


def _is_outlook(stream: IO[bytes], head: bytes) -> bool:
    """Whether the OLE container is an Outlook message and no Office document: its root says so, or its first parts."""
    sector_bytes = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    stream.seek((int.from_bytes(head[48:52], "little") + 1) * sector_bytes)
    directory = stream.read(sector_bytes)
    stream.seek(0)
    names = [directory[at : at + 64].decode("utf-16-le", "replace") for at in range(0, len(directory), 128)]
    return directory[80:96] == MSG_CLASS or any(name.startswith(MSG_PARTS) for name in names[1:])


# ── sound without a container ───────────────────────────────────────────────────────────────────────

BITRATES = {  # thousand bits a second, by (version 1, layer) and the index in the frame's header
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _sound(head: bytes) -> str | None:
    """MP3 and AAC have no beginning but two bytes that chance makes too, so a second frame must follow the first."""
    if head[:3] == b"ID3" and len(head) > 10 and head[3] <= 4 and not any(byte & 0x80 for byte in head[6:10]):
        return "audio/mpeg"
    if len(head) < 8 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return "audio/aac" if length > 7 and head[length : length + 1] == b"\xff" else None
    length = _mp3_frame_bytes(head)
    return "audio/mpeg" if length and head[length : length + 2] == head[:2] else None


def _mp3_frame_bytes(head: bytes) -> int:
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if head[1] & 0xE0 != 0xE0 or version == 1 or layer == 4 or rate == 3 or not 1 <= bitrate <= 14:
        return 0
    bits = BITRATES[version == 3, layer][bitrate - 1] * 1000
    hertz, padding = RATES[version][rate], head[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (144 if version == 3 or layer == 2 else 72) * bits // hertz + padding
