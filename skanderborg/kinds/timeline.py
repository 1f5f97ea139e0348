"""Closed lists of the timeline of a case; the values stand in its address."""

from .base import Kind


class TimelineKind(Kind):
    """What an entry tells of. A report of concern for a child is none of them (D-15)."""

    INCIDENT = "haendelse", "Hændelser"
    SUSPICION = "mistanke", "Mistanke"
    SPARRING = "sparring", "Sparring"
    ASSESSMENT = "vurdering", "Vurdering"
    REQUEST = "anmodning", "Anmodninger"
    REFERRAL = "henvisning", "Henvisninger"
    MEETING = "moede", "Møder"
    POLICE = "politi", "Politi"
    CRITICAL_DATE = "kritisk-dato", "Kritiske datoer"
    HANDOVER = "tovholder", "Tovholder"
    COURSE = "forloeb", "Lukning og genåbning"
    PACK = "udlevering", "Udlevering"


class TimelineSide(Kind):
    """Whose doings are shown."""

    ALL = "alt", "Alt"
    INCIDENTS = "haendelser", "Kun hændelser"
    PROFESSIONALS = "fagligt", "Kun det, fagpersoner har gjort"


class TimelineOrder(Kind):
    """Which end comes first."""

    NEWEST = "nyeste", "Nyeste først"
    OLDEST = "aeldste", "Ældste først"
