"""Characters that nobody sees: what is kept of typed and imported text, and how the rest is shown (SEC-54).

Text in a log may become evidence, so what turns the reading direction is neither dropped nor obeyed: it is kept as it
came and shown as a mark. Emoji and the scripts that need joiners keep them, byte for byte.
"""

import re
import unicodedata
from typing import Any

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_JOINERS = "\u200c\u200d"
_VARIANTS = "\ufe00-\ufe0f"
_TAGS = "\U000e0000-\U000e007f"
_NOTHING = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_EMOJI = "#*0-9\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_JOINING_SCRIPTS = (
    "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u180a\u1820-\u18af\ufb50-\ufdff\ufe70-\ufefe"
)
_SYMBOL = f"[{_EMOJI}{_VARIANTS}]"

DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufffe\uffff\ud800-\udfff]")
LINE_END = re.compile("\r\n?|[\u2028\u2029\u0085]")
MAY_BE_UNSEEN = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_DIRECTION}{_JOINERS}{_VARIANTS}{_TAGS}{_NOTHING}\u2028\u2029]"
)
_IN_PLACE = (  # what belongs to the sign or the word before it
    f"(?<={_SYMBOL})\u200d(?={_SYMBOL})",
    f"(?<=[{_EMOJI}])[{_VARIANTS}]",
    f"(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003134f])[{_VARIANTS}]",
    f"(?<=\U0001f3f4)[{_TAGS}]+",
    f"(?<=[{_JOINING_SCRIPTS}])[{_JOINERS}](?=[{_JOINING_SCRIPTS}\\s]|$)",
)
_IN_PLACE_OR_UNSEEN = re.compile(f"{'|'.join(_IN_PLACE)}|({MAY_BE_UNSEEN.pattern})")


_BLANK = re.compile(f"[\\s\u2800{_DIRECTION}{_JOINERS}{_VARIANTS}{_TAGS}{_NOTHING}]+")


def cleaned(text: Any) -> Any:
    """Typed text in NFC with plain line ends, without control and zero-width characters; empty where there is nothing
    to see in it, for a reason must be one. Anything else as it is."""
    if not isinstance(text, str):
        return text
    if text.isascii() and text.isprintable():
        return text.strip()
    text = DROPPED.sub("", LINE_END.sub("\n", unicodedata.normalize("NFC", text))).strip()
    return "" if _BLANK.fullmatch(text) else text


def visible(text: str) -> str:
    """Text as it may be printed: what cannot be seen, and what turns the reading direction, as «⟦U+202E⟧»."""
    if not MAY_BE_UNSEEN.search(text):
        return text
    return _IN_PLACE_OR_UNSEEN.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    return f"⟦U+{ord(found[1]):04X}⟧" if found[1] else found[0]
