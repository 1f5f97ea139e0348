"""What people write where a name is asked for: whether it is one."""

import re

SHORTEST_NAME = 3  # letters; what has no word of that length is initials
LONGEST_INITIALS = 3
# words that stand where nobody knows a name
NO_NAME = set(
    """
    ukendt ukendte anonym anonymt anonyme navn navnløs unavngivet unavngiven borger borgeren person personen mand
    manden kvinde kvinden ingen ved ikke oplyst hemmelig hemmeligt endnu ønsker vil være den modpart modparten
    udøver udøveren udsat udsatte
""".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def is_name(written: str | None) -> bool:
    """Whether it names someone: not «ukendt», «anonym borger» or initials, which fit anybody."""
    words = [word for word in _WORD.findall(written or "") if len(word) >= SHORTEST_NAME]
    return any(word.lower() not in NO_NAME and not _is_initials(word) for word in words)


def _is_initials(word: str) -> bool:
    return word.isupper() and len(word) <= LONGEST_INITIALS
