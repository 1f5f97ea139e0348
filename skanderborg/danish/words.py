"""Words as people vary them: in headings, and when they look for something."""

import re
import unicodedata

PLAIN = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "é": "e", "ü": "u"})


def folded(text: str) -> list[str]:
    """The words of a text, in order, without what people type differently."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.casefold().translate(PLAIN))))


def plain(heading: str) -> str:
    """A heading, or a word of a list, as people vary it: «Dato:» and «DATO» are alike."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", heading).casefold()).strip()
