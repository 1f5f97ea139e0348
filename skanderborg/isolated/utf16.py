"""Text in UTF-16 that lost its mark: of our letters every other byte is 0, and which one tells the order."""

import re

LOOKED_AT = 64 * 1024  # bytes
LEAST = 0.6  # of the letters that lie in the first 256 of Unicode; a chat has emoji too
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
ORDINARY = re.compile(r"[\s\w.,:;!?\"'()<>/-]")


def unmarked(given: bytes) -> str | None:
    """How such bytes are read, «utf-16-le» or «utf-16-be»; None for what is no text of that kind, or has its mark."""
    some = given[: min(len(given), LOOKED_AT) // 2 * 2]
    if len(some) < 2:
        return None
    zeros = some[0::2].count(0), some[1::2].count(0)
    if min(zeros) * 10 > max(zeros) or max(zeros) < len(some) // 2 * LEAST:
        return None
    encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    text = some.decode(encoding, "ignore")  # half a sign may be cut at the end
    is_plain = not CONTROL.search(text) and len(ORDINARY.findall(text)) >= len(text) * LEAST
    return encoding if is_plain else None
