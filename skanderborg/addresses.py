"""Where a thing is shown: the one table from a place to its address (decision 28).

Letters, the timeline and lists keep which place it is, and of what; below the web nobody writes an address. A place's
name lies in rows for good, its address may change: web/ serves it, and a test holds that it does.
"""

from enum import StrEnum


class Place(StrEnum):
    """The address of each page that is led to; `{case}`, `{ref}` and `{number}` are filled by `format`."""

    MY_DAY = "/"
    ACCESS_LOG = "/adgangslog"
    ADMINISTRATION = "/administration"
    OVERSIGHT = "/tilsyn"
    ACCESS_REVIEW = "/adgangsgennemgang"
    DATA_BREACH = "/brud/{ref}"
    CARD = "/actioncard"
    PROFILE = "/profil"
    FACTORS = "/profil/bekraeftelse"
    DEPARTMENT = "/min-afdeling"
    ONE_TIME_LINK = "/engangslink/{secret}"
    SSO_ANSWER = "/log-ind/udbyder/svar"
    REQUESTS = "/anmodninger"
    ROUND = "/gennemgang"
    IMPARTIALITY = "/habilitet"
    EMERGENCIES = "/noedadgang/gennemgang"
    DISPOSALS = "/sletning"
    TASK = "/o/{ref}"
    REQUEST = "/a/{ref}"
    MEETING = "/m/{ref}"
    CASE = "/sager/{case}"
    ACCESS = "/sager/{case}/adgang"
    ASSESSMENT = "/sager/{case}/vurdering"
    ASSESSMENT_VERSION = "/sager/{case}/vurdering/{number}"
    CHILDREN = "/sager/{case}/boern"
    CRITICAL_DATES = "/sager/{case}/datoer"
    EMERGENCY_OF_CASE = "/sager/{case}/noedark"
    HISTORY = "/sager/{case}/historik"
    INCIDENT = "/sager/{case}/haendelser/{ref}"
    INFORMING = "/sager/{case}/oplysning"
    INSIGHT = "/sager/{case}/indsigt/anmodninger"
    NOTE = "/sager/{case}/noter#notat-{ref}"
    OFFER = "/sager/{case}/tovholder/spurgt"
    PACKS = "/sager/{case}/udlevering"
    PARTIES = "/sager/{case}/personer"
    POLICE = "/sager/{case}/politi"
    REFERRALS = "/sager/{case}/henvisninger"
    RETENTION = "/sager/{case}/sletning"
    SAFETY = "/sager/{case}/sikkerhed"
    SHARING = "/sager/{case}/deling"
    SPARRING = "/sager/{case}/sparring"

    def kept(self, ref: str) -> str:
        """The place, of the thing with this ref, as a letter keeps it: «access:<ref of the case>»."""
        return f"{self.name.lower()}:{ref}"


def address_of(kept: str, case: str | None = None) -> str:
    """The address of what is kept of a place: «task:<ref>», «access:<ref of the case>», or «note:<ref>» of a `case`.

    A letter that was owed before places were kept has its address itself.
    """
    place, _, ref = kept.partition(":")
    return kept if kept.startswith("/") else Place[place.upper()].format(case=case or ref, ref=ref)
