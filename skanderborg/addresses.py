"""Where a thing is shown: the one table from a place to its address (decision 28).

Letters, the timeline and lists keep which place it is, and of what; below the web nobody writes an address. A place's
value lies in rows for good, its address may change: web/ serves it, and a test holds that it does.
"""

from enum import StrEnum


class Place(StrEnum):
    """A page that is led to; `{case}`, `{ref}` and `{number}` in its address say what it is of."""

    address: str

    def __new__(cls, value: str, address: str = "") -> "Place":
        member = str.__new__(cls, value)
        member._value_, member.address = value, address
        return member

    MY_DAY = "my-day", "/"
    CARD = "card", "/actioncard"
    PROFILE = "profile", "/profil"
    DEPARTMENT = "department", "/min-afdeling"
    REQUESTS = "requests", "/anmodninger"
    IMPARTIALITY = "impartiality", "/habilitet"
    TASK = "task", "/o/{ref}"
    REQUEST = "request", "/a/{ref}"
    MEETING = "meeting", "/m/{ref}"
    CASE = "case", "/sager/{case}"
    ACCESS = "access", "/sager/{case}/adgang"
    ASSESSMENT = "assessment", "/sager/{case}/vurdering"
    ASSESSMENT_VERSION = "assessment-version", "/sager/{case}/vurdering/{number}"
    CHILDREN = "children", "/sager/{case}/boern"
    HISTORY = "history", "/sager/{case}/historik"
    INCIDENT = "incident", "/sager/{case}/haendelser/{ref}"
    NOTE = "note", "/sager/{case}/noter#notat-{ref}"
    OFFER = "offer", "/sager/{case}/tovholder/spurgt"
    PACKS = "packs", "/sager/{case}/udlevering"
    PARTIES = "parties", "/sager/{case}/personer"
    POLICE = "police", "/sager/{case}/politi"
    REFERRALS = "referrals", "/sager/{case}/henvisninger"
    SAFETY = "safety", "/sager/{case}/sikkerhed"
    SHARING = "sharing", "/sager/{case}/deling"
    SPARRING = "sparring", "/sager/{case}/sparring"

    def of(self, **named: str | int) -> str:
        """The address of this place of a thing."""
        return self.address.format(**named)


def address_of(kept: str, case: str | None = None) -> str:
    """The address of what is kept of a place: «task:<ref>», «access:<ref of the case>», or «note:<ref>» of a `case`.

    A letter that was owed before places were kept has its address itself.
    """
    place, _, ref = kept.partition(":")
    return kept if kept.startswith("/") else Place(place).of(case=case or ref, ref=ref)
