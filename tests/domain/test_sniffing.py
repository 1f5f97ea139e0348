"""What a file is, read from its bytes, and what is not taken in (SEC-46, SEC-47)."""

import io
import zipfile

import pytest

from skanderborg.domain.evidence import sniffing
from skanderborg.errors import Invalid

MSG_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")
MAIL = (
    b"From: a@example.invalid\r\nTo: b@example.invalid\r\nSubject: Hej\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\n\r\n"
)


def box(brand: bytes, *more: bytes) -> bytes:
    """The first box of an MP4 and its kin."""
    body = brand + bytes(4) + b"".join(more)
    return (8 + len(body)).to_bytes(4, "big") + b"ftyp" + body + bytes(100)


def ole(root_class: bytes, *names: str) -> bytes:
    """An OLE container: a header of a sector, then its directory."""
    head = sniffing.signatures.OLE + bytes(22) + (9).to_bytes(2, "little") + bytes(16) + bytes(4)
    entries = [
        name.encode("utf-16-le").ljust(80, b"\0") + root_class.ljust(48, b"\0") for name in ("Root Entry", *names)
    ]
    return head.ljust(512, b"\0") + b"".join(entries).ljust(512, b"\0")


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in names or ("a.txt",):
            packed.writestr(name, "x")
    return made.getvalue()


def opendocument() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<x/>")
    return made.getvalue()


def further_in(before: bytes) -> bytes:
    """A PDF behind some bytes that are none of it."""
    return before + b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\nendobj\nxref\nstartxref\n9\n%%EOF"


ASF = sniffing.signatures.ASF + bytes(40)
MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # 128 kbit/s at 44,100 Hz is 417 bytes a frame
AAC_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)  # 16 bytes
KNOWN = {
    "application/pdf": b"%PDF-1.7\n", "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(30), "image/gif": b"GIF89a" + bytes(30),
    "image/png": b"\x89PNG\r\n\x1a\n" + bytes(30), "image/webp": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(30),
    "image/heic": box(b"heic", b"mif1"), "image/avif": box(b"avif"), "text/plain": "Han skrev «æøå» igen".encode(),
    "message/rfc822": MAIL + b"<html>hej</html>", "application/vnd.ms-outlook": ole(MSG_CLASS, "__nameid_version1.0"),
    "video/mp4": box(b"isom", b"mp42"), "video/quicktime": box(b"qt  "), "video/3gpp": box(b"3gp5"),
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(30), "audio/mp4": box(b"M4A "),
    "audio/mpeg": MP3_FRAME * 3, "audio/aac": AAC_FRAME * 3, "audio/wav": b"RIFF\x10\0\0\0WAVEfmt " + bytes(30),
    "audio/ogg": b"OggS\0\2" + bytes(22) + b"\1\x13OpusHead" + bytes(30), "audio/amr": b"#!AMR\n" + bytes(30),
    "image/tiff": b"II*\0\x08\0\0\0" + bytes(30), "image/bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(40),
    "video/x-matroska": b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska" + bytes(30), "video/mp2t": (b"G" + bytes(187)) * 9,
    "video/x-msvideo": b"RIFF\x10\0\0\0AVI LIST" + bytes(30), "video/mpeg": b"\0\0\1\xba\x44" + bytes(30),
    "video/x-ms-wmv": ASF + sniffing.signatures.ASF_SOUND + sniffing.signatures.ASF_PICTURES,
    "video/x-flv": b"FLV\1\5" + bytes(30),
    "video/ogg": b"OggS\0\2" + bytes(22) + b"\1\x2a\x80theora" + bytes(30),
    "audio/x-caf": b"caff\0\1\0\0desc" + bytes(30),
    "audio/x-ms-wma": ASF + sniffing.signatures.ASF_SOUND, "audio/flac": b"fLaC\0\0\0\x22" + bytes(30),
    "audio/aiff": b"FORM\0\0\0\x10AIFFCOMM" + bytes(30), "application/zip": archive("_chat.txt", "00000012-PHOTO.jpg"),
    "text/html": b"<!DOCTYPE html>\n<html><head><title>Kim</title>",
}  # fmt: skip
ALSO = {
    "tagged.mp3": (b"ID3\3\0\0\0\0\1\0" + bytes(200), "audio/mpeg"),
    "another brand first": (box(b"XAVC", b"mp42"), "video/mp4"),
    "utf-16": ("﻿Hej æ".encode("utf-16-le"), "text/plain"),
    "windows-1252": ("Hej æøå – «nej»".encode("cp1252"), "text/plain"),
    "utf-16 without its mark": ("Hej æ. Jeg så ham 😀".encode("utf-16-le"), "text/plain"),
    "utf-16 of a mac without its mark": ("Hej æ. Jeg så ham".encode("utf-16-be"), "text/plain"),
    "page": (b"\n <!DOCTYPE html><p>hej", "text/html"),
    "page in utf-16": ("\ufeff<html><body>".encode("utf-16-le"), "text/html"),
    "page with a script": (b"<html><script>alert(1)</script>", "text/html"),
    "page far behind comments": (b"<!---->" * 500 + b"<html>hej", "text/html"),
    "utf-8 with its mark": ("﻿Hej".encode(), "text/plain"),
    "a chat that names a tag": (b"12.10 Per: se <b>her</b>\n", "text/plain"),
    "a camera's xml": (
        b"\xff\xd8\xff\xe1\0\0<?xpacket begin='' id=''?><?xml version='1.0'?>" + bytes(30),
        "image/jpeg",
    ),
    "a script in a chat": (b"12.10 Per: <script>alert(1)</script> hej\n", "text/plain"),
    "a script on a line of its own": (b"hej\n<script src=x></script>", "text/plain"),
    "messages as xml": (b"<?xml version='1.0'?>\n<smses count='1'><sms body='hej'/></smses>", "text/plain"),
    "a text with half a letter": (b"p\xc3\xa5 \xc3\x86r\xc3\xb8vej \xf0\x9f\x98", "text/plain"),
    "a text from dos": ("Åse så ham på Ærø".encode("cp850"), "text/plain"),
    "a mail as thunderbird keeps it": (
        b"From - Fri Apr 03 21:14:07 2026\nX-Mozilla-Status: 0001\n" + MAIL,
        "message/rfc822",
    ),
    "a mail behind a blank line": (b"\r\n\r\n" + MAIL, "message/rfc822"),
    "a mail behind a mark": (b"\xef\xbb\xbf" + MAIL, "message/rfc822"),
    "a mail of apple": (
        b"812       \n" + MAIL + b"hej\n<?xml version='1.0'?><!DOCTYPE plist><plist/>",
        "message/rfc822",
    ),
    "a mail under many servers": (b"X-Relay: " + b"a" * 9000 + b"\r\n" + MAIL, "message/rfc822"),
    "a mail with a raw byte": (MAIL + b"hej\x01", "message/rfc822"),
    "a page that was mailed": (MAIL + b"<!doctype html><script>x</script>", "message/rfc822"),
    "a pdf behind what a server said": (
        further_in(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"),
        "application/pdf",
    ),
    "a pdf behind a mark": (further_in(b"\xef\xbb\xbf\n"), "application/pdf"),
    "a pdf behind bytes of a printer": (further_in(b"\x1b%-12345X@PJL\r\n"), "application/pdf"),
    "a film without a brand": (b"\0\0\0\x08wide\0\0\1\0mdat" + bytes(30), "video/quicktime"),
    "a film that begins with its index": (b"\0\0\1\0moov\0\0\0\x6cmvhd" + bytes(30), "video/quicktime"),
    "a camera's own brand": (b"\0\0\0\x14ftypNDXC" + bytes(8) + b"\0\0\1\0moov" + bytes(90), "video/mp4"),
    "a film of a camcorder": ((bytes(4) + b"G" + bytes(187)) * 9, "video/mp2t"),
    "a tiff of a mac": (b"MM\0*\0\0\0\x08" + bytes(30), "image/tiff"),
    "a picture of an iphone": (box(b"hevm", b"miaf"), "image/heic"),
    "a chat of an android": (archive("WhatsApp-chat med Kim.txt", "IMG-1.jpg"), "application/zip"),
    "messages of instagram": (archive("your_activity/inbox/kim/message_1.json"), "application/zip"),
    "an outlook mail without its class": (ole(b"", "__substg1.0_0037001F"), "application/vnd.ms-outlook"),
}
REFUSED = {
    "empty": (b"", "Filen er tom"),
    "zip": (archive(), "Gem den som PDF, eller pak den ud"),
    "rar": (b"Rar!\x1a\7\0", "pakket"),
    "word of old": (ole(bytes.fromhex("0609020000000000c000000000000046"), "WordDocument"), "ældre Office"),
    "rtf": (b"{\\rtf1 hej}", "ældre Office-program eller Word"),
    "program": (b"MZ\x90\0" + bytes(60), "program"),
    "elf": (b"\x7fELF\2\1" + bytes(60), "program"),
    "shell script": (b"#!/bin/sh\necho hej\n", "script"),
    "script for a web server": (b"<?php echo 1;", "script"),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "tegning"),
    "drawing with what xml says of itself": (b"<?xml version='1.0'?><!-- a --><svg/>", "tegning"),
    "drawing far behind comments": (b"<!---->" * 500 + b"<svg>", "tegning"),
    "page before a pdf": (further_in(b"<html><script>x</script>"), "to slags filer"),
    "page before an archive": (b"<html>" + archive(), "ikke af en slags"),
    "chat with a program": (archive("_chat.txt", "foto.exe"), "pakket"),
    "winmail": (b"\x78\x9f\x3e\x22" + bytes(90), "winmail.dat.*MSG"),
    "numbers": (archive("Index/Document.iwa", "preview.jpg"), "Numbers.*XLSX"),
    "ods": (opendocument(), "ODS.*XLSX"),
    "mailbox of outlook": (b"!BDN" + bytes(90), "postkasse"),
    "picture and web page": (b"GIF89a/*" + bytes(20) + b"<html><script>alert(1)</script>", "to slags filer"),
    "picture and archive": (b"\xff\xd8\xff\xe0" + bytes(99) + archive(), "to slags filer"),
    "pdf and archive": (b"%PDF-1.7\n" + archive(), "to slags filer"),
    "picture and pdf": (b"\x89PNG\r\n\x1a\n" + bytes(99) + b"%PDF-1.4", "to slags filer"),
    "picture with code behind": (b"\xff\xd8\xff\xe0" + bytes(9000) + b"<script >x</script>", "to slags filer"),
    "noise": (bytes(range(256)) * 4, "ikke af en slags"),
    "text with a zero": (b"hej\0hej" * 10, "ikke af en slags"),
    "binary far into a text": (b"a" * 3_000_000 + b"\1", "ikke af en slags"),
    "two bytes of an mp3": (b"\xff\xfb\x90\0" + b"x" * 900, "ikke af en slags"),
    "unknown brand": (box(b"abcd"), "ikke af en slags"),
}


def kind_of(body: bytes, name: str = "fil") -> str:
    return sniffing.media_type_of(io.BytesIO(body), name)


@pytest.mark.parametrize("media_type", sniffing.TYPES)
def test_every_type_is_known_by_its_bytes_whatever_it_is_called(media_type):
    assert kind_of(KNOWN[media_type], "løgn.zip") == media_type


@pytest.mark.parametrize("what", ALSO)
def test_rarer_spellings_of_a_type_are_known_too(what):
    body, media_type = ALSO[what]

    assert kind_of(body) == media_type


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_on_the_list_is_refused_with_what_to_do(what):
    body, told = REFUSED[what]

    with pytest.raises(Invalid, match=told) as refused:
        kind_of(body)
    assert refused.value.field == "files"


@pytest.mark.parametrize("name", ["a.eml", "a.msg", "a.mbox", "a.dav", "a.RM", "a.mp4", "a.dss", "a.m4a"])
def test_a_mail_a_film_or_a_sound_that_is_not_known_is_never_to_be_saved_as_pdf(name):
    for body in (b"\x00\x01" * 99, REFUSED["word of old"][0], b"<svg>hej"):
        with pytest.raises(Invalid) as refused:
            kind_of(body, name)
        assert "PDF" not in refused.value.message


def test_what_was_cut_off_or_written_ten_times_is_still_what_it_was():
    for body, media_type in ALSO.values():
        if media_type not in ("application/zip", "application/vnd.ms-outlook"):
            assert kind_of(body * 10) == kind_of(body[:-1]) == media_type


def test_a_piece_of_a_page_is_a_page_by_its_name():
    assert kind_of(b"<div>hej</div>", "beskeder.HTM") == "text/html"


@pytest.mark.parametrize("name", ["a.js", "a.BAT", "a.hta", "løn.pdf.vbs"])
def test_text_that_wants_to_be_run_is_refused_by_its_name(name):
    with pytest.raises(Invalid, match="script"):
        kind_of(b"var a = 1;", name)


def test_a_name_that_says_another_type_is_noticed():
    assert sniffing.says_otherwise("billede.png", "image/jpeg")
    assert not sniffing.says_otherwise("IMG_2.JPEG", "image/jpeg")
    assert not sniffing.says_otherwise("uden ende", "image/jpeg")
