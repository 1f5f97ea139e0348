"""Chats as phones give them out: a ZIP with the messages as text, and beside them what was sent.

Only the list of contents is read; nothing is unpacked (SEC-47).
"""

import re
import zipfile
from typing import IO

MOST_ENTRIES = 20_000
MESSAGES = re.compile(r"(?:.*/)?(?:_chat\.txt|whatsapp[^/]*\.txt|message_\d+\.json)", re.IGNORECASE)
SENT = frozenset(  # what a message can carry; no programs, no pages, no archives
    """
    txt json csv pdf jpg jpeg png gif webp heic heif bmp tif tiff mp4 m4v mov qt 3gp mkv webm avi mp3 m4a aac wav ogg
    oga opus amr caf vcf ics docx xlsx pptx doc xls ppt odt ods rtf
""".split()
)


def is_chat(stream: IO[bytes]) -> bool:
    """Whether the archive holds messages, and nothing but what a message can carry. Leaves the stream at its start."""
    try:
        names = [one for one in zipfile.ZipFile(stream).infolist() if not one.filename.endswith("/")]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return False
    finally:
        stream.seek(0)
    ends = {one.filename.rpartition(".")[2].casefold() for one in names}
    return len(names) <= MOST_ENTRIES and ends <= SENT and any(MESSAGES.fullmatch(one.filename) for one in names)
