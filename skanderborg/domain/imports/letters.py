"""Letters of a file that was written in one way and read in another: «pÃ¥ vej», «pŒ vej», «p† vej».

Nothing is turned by itself: where words hold what no word holds, the ways to read them are shown with a sample, and a
person chooses. UTF-8, MacRoman and the code pages of DOS are taken for each other and for Windows-1252.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import NamedTuple

PAGES = ("cp1252", "mac_roman", "cp850", "cp865")
WAYS = tuple(
    f"{read}>{written}" for read in PAGES for written in ("utf-8", *PAGES) if read != written
)  # read as the first, though written in the second
AS_IT_IS = "-"
SAMPLES, ENOUGH = 3, 200
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SEEN_IN_WORDS = "–—…“”‘’«»·•™©®€£§²³°ºª\xa0\xad"  # between letters too
_WORD = re.compile(r"\S*[^\x00-\x7f]\S*")


class Reading(NamedTuple):
    """One way in which the letters of a file can be read: its name for `read_as`, and what words look like."""

    way: str
    sample: str


@cache
def _odd() -> re.Pattern[str]:
    """What stands in no word: signs of the old code pages, and large letters after a small one that are not Danish."""
    signs = {bytes([byte]).decode(page, "replace") for page in PAGES for byte in range(0x80, 0x100)}
    signs -= {*_SEEN_IN_WORDS, "\ufffd"}
    large = "".join(sorted(sign for sign in signs if sign.isupper() and sign not in "ÅÆØ"))
    other = "".join(re.escape(sign) for sign in sorted(signs) if not sign.isalpha())
    doubled = "[ÂÃ√├┬][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ°•Ñ©∏æª∂¶]|â€|ðŸ|â\x80|‚Ä|ΓÇ"
    return re.compile(
        f"(?<=[a-zåæø])[{large}]|(?<=[^\\W\\d_])[{other}](?=[^\\W\\d_])|(?<=[^\\W\\d_])[†‡¾¿√├]|[\x80-\x9f]|{doubled}"
    )


def read_as(text: str, way: str) -> str:
    """A text whose letters were read in the wrong way, read in this one; what does not fit stays."""
    if ">" not in way or text.isascii():
        return text
    read, written = way.split(">")

    def again(found: re.Match[str]) -> str:
        try:
            return _bytes(found[0], read).decode(written)
        except UnicodeError:
            return found[0]

    return _NOT_ASCII.sub(again, text)


def _bytes(text: str, page: str) -> bytes:
    """The bytes that were read so; Windows-1252 leaves five of them as they are."""
    return b"".join(sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode(page) for sign in text)


def readings(texts: Iterable[str]) -> list[Reading]:
    """The ways to read a file whose words hold what no word does, the likeliest first; else none."""
    odd_words = (
        word[0] for text in texts if _odd().search(text) for word in _WORD.finditer(text) if _odd().search(word[0])
    )
    words = list(dict.fromkeys(islice(odd_words, ENOUGH)))
    if not words:
        return []
    before = _oddness(words)
    found: dict[str, Reading] = {}
    ways = sorted((_oddness([read_as(word, way) for word in words]), number, way) for number, way in enumerate(WAYS))
    for oddness, _, way in ways:
        sample = _sample([read_as(word, way) for word in words])
        if oddness < before and sample not in found and sample != _sample(words):
            found[sample] = Reading(way, sample)
    return [*list(found.values())[:2], Reading(AS_IT_IS, _sample(words))] if found else []


def _oddness(words: list[str]) -> float:
    """How much in these words is not Danish: what no word holds, and, less, letters that other languages have."""
    foreign = sum(sign not in "åæøÅÆØéÉ" for word in words for sign in word if not sign.isascii())
    return sum(len(_odd().findall(word)) for word in words) + foreign / 10


def _sample(words: list[str]) -> str:
    return " ".join(words[:SAMPLES])[:80]
