"""Pictures of exhibits: small, upright, without metadata, and made apart from everything else (SEC-46, SEC-47)."""

import io
import struct
import zlib

import pytest
from PIL import Image

from skanderborg import clock as time
from skanderborg import isolated
from skanderborg.domain.evidence import previews
from skanderborg.store import files
from skanderborg.store.incidents import Exhibit
from tests.made import a_case, an_exhibit

CAMERA = "Nokia 3310 hos Mette"


def a_photo(size=(1600, 1000), kind="JPEG", **saved) -> bytes:
    """A photo that lies on its side, red at its left edge, and says where and by what it was taken."""
    photo = Image.new("RGB", size, "blue")
    photo.paste("red", (0, 0, size[0] // 4, size[1]))
    exif = photo.getexif()
    exif[0x010F], exif[0x0112] = CAMERA, 6
    exif.get_ifd(0x8825).update({1: "N", 2: (56.0, 2.0, 3.0)})
    written = io.BytesIO()
    photo.save(written, kind, exif=exif, **saved)
    return written.getvalue()


def a_bomb(width=10_000, height=6_000) -> bytes:
    """A PNG of few bytes that says it has 60 million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(1000)))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_picture(case, by, body, media_type="image/jpeg"):
    return an_exhibit(case, by, body, media_type, preview_tried_at=None)


def preview_of(exhibit) -> bytes | None:
    row = Exhibit.get_by_id(exhibit.ref)
    return b"".join(files.checked(row.preview)) if row.preview_id else None


def small(body: bytes) -> bytes:
    return isolated.run("pictures", body, seconds=previews.SECONDS, megabytes=previews.MEGABYTES)


def test_a_preview_is_small_and_upright_and_says_nothing_of_its_camera(cast):
    original = a_photo()
    exhibit = a_picture(a_case(cast), cast["solveig"], original)

    assert previews.make_due(time.now()) == 1

    made = preview_of(exhibit)
    picture = Image.open(io.BytesIO(made))
    assert CAMERA.encode() in original
    assert CAMERA.encode() not in made
    assert (picture.size, picture.format, dict(picture.getexif())) == ((750, 1200), "JPEG", {})
    assert picture.getpixel((375, 5))[0] > 200, "the left edge is the upper one now"
    assert b"".join(files.checked(exhibit.file)) == original


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif"), ("TIFF", "image/tiff")],
)
def test_other_pictures_lose_their_metadata_too(kind, media_type):
    saved = {"comment": CAMERA} if kind == "GIF" else {}
    original = a_photo((300, 200), kind, **saved)

    made = small(original)

    assert CAMERA.encode() in original
    assert CAMERA.encode() not in made
    assert Image.open(io.BytesIO(made)).format == "JPEG"


def test_a_bitmap_of_an_old_machine_has_a_preview_too():
    assert Image.open(io.BytesIO(small(a_photo((300, 200), "BMP")))).format == "JPEG"


def test_what_shines_through_stays_so():
    written = io.BytesIO()
    Image.new("RGBA", (30, 20), (255, 0, 0, 0)).save(written, "PNG")

    picture = Image.open(io.BytesIO(small(written.getvalue())))

    assert (picture.format, picture.getpixel((3, 3))[3]) == ("PNG", 0)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(a_bomb(), "bomb", id="bomb"),
        pytest.param(a_photo()[:900], "unreadable", id="cut off"),
        pytest.param(b"%PDF-", "unreadable", id="no picture"),
    ],
)
def test_a_bomb_and_a_broken_picture_are_refused_in_the_child(body, why):
    with pytest.raises(isolated.Refused) as refused:
        small(body)

    assert refused.value.reason == why


def test_a_broken_picture_holds_nobody_up_and_is_not_tried_again(cast):
    case = a_case(cast)
    broken = a_picture(case, cast["solveig"], a_bomb(), "image/png")
    good = a_picture(case, cast["solveig"], a_photo((300, 200)))

    assert (previews.make_due(time.now()), previews.make_due(time.now())) == (1, 0)

    assert preview_of(broken) is None
    assert preview_of(good)


def test_a_preview_does_not_stand_in_the_way_of_who_writes_meanwhile(cast):
    exhibit = a_picture(a_case(cast), cast["solveig"], a_photo((300, 200)))

    previews.make_due(time.now())

    assert Exhibit.get_by_id(exhibit.ref).version == exhibit.version
