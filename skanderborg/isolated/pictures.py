"""A small picture of a picture, turned the right way up and without its metadata; runs in a child process with limits.

Bytes in, JPEG out, or PNG where the picture lets something shine through. Exit code 3 with «bomb» for one that would
unfold to too much, «unreadable» for one that is broken.
"""

import io
import sys
import warnings

from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1200
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"]
REFUSED = 3


def small(given: bytes) -> bytes:
    """The preview of a picture. Raises SystemExit as told above."""
    with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            refuse("bomb")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded small at once
        turned = picture.getexif().get(0x0112, 1)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        shines_through = picture.has_transparency_data
        plain = picture.convert("RGBA" if shines_through else "RGB")
    bare = Image.new(plain.mode, plain.size)  # takes over the pixels and nothing that hangs on them
    bare.paste(plain)
    bare.getexif()[0x0112] = turned
    upright = ImageOps.exif_transpose(bare)
    written = io.BytesIO()
    if shines_through:
        upright.save(written, "PNG", exif=b"")
    else:
        upright.save(written, "JPEG", quality=82, exif=b"")
    return written.getvalue()


def refuse(why: str) -> None:
    """End with the one word why."""
    sys.stderr.write(why)
    sys.exit(REFUSED)


def main() -> None:
    """Standard input to standard output."""
    Image.MAX_IMAGE_PIXELS = None  # counted above, before anything is decoded
    warnings.simplefilter("ignore")
    try:
        picture = small(sys.stdin.buffer.read())
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, KeyError, IndexError):
        refuse("unreadable")
    else:
        sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
