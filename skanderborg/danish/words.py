"""Words as people vary them when they look for something."""

import re

PLAIN = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "é": "e", "ü": "u"})


def folded(text: str) -> list[str]:
    """The words of a text, in order, without what people type differently."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.casefold().translate(PLAIN))))
