"""Closed lists about a case, who it is about, and what was assessed."""

from .base import Kind


class Answer(Kind):
    """The three honest answers to a question on the phone."""

    YES = "yes", "Ja"
    NO = "no", "Nej"
    UNKNOWN = "unknown", "Ved ikke"


class CitizenRole(Kind):
    """Whom the case is about (S0-07)."""

    EXPOSED = "exposed", "Udsat"
    PERPETRATOR = "perpetrator", "Udøver"
    UNKNOWN = "unknown", "Ved ikke"

    @property
    def long_label(self) -> str:
        """The word that stands behind a name (never «offer» or «stalker»)."""
        return {"exposed": "stalkingudsat", "perpetrator": "formodet udøver"}.get(self.value, "rolle ikke afklaret")


class CaseKind(Kind):
    """A full case, or advice to a professional only."""

    FULL = "full", "Sag"
    SPARRING_ONLY = "sparring-only", "Kun sparring"


class Phase(Kind):
    """The action card's phases, in order (S0-33 to S0-36)."""

    SUSPICION = "suspicion", "Mistanke"
    SPARRING = "sparring", "Sparring"
    ACTION = "action", "Handling"
    FURTHER_ACTION = "further-action", "Videre handling"
    FOLLOW_UP = "follow-up", "Opfølgning"
    CLOSED = "closed", "Afsluttet"


class CaseOrder(Kind):
    """In which order *Sager* lists cases; the value stands in the URL."""

    NEWEST = "nyeste", "Nyeste først"
    OLDEST = "aeldste", "Ældste først"
    CODE = "kode", "Kode"
    PHASE = "fase", "Fase"
    CONTACT = "tovholder", "Tovholder"


class PartyRole(Kind):
    """Who a named person is in a case."""

    CITIZEN = "citizen", "Borgeren"
    OPPOSING = "opposing", "Modparten"
    CHILD = "child", "Barn"
    RELATIVE = "relative", "Pårørende"


class SparringWay(Kind):
    """Where advice was sought (S0-08, S0-15)."""

    INTERNAL = "internal", "Intern ressourceperson"
    DANSK_STALKING_CENTER = "dsc", "Dansk Stalking Center"
    POLICE = "police", "Politi"


class ConclusionKind(Kind):
    """The outcome of the assessment, chosen by a person with a reason, never scored (D-05)."""

    STALKING = "stalking", "Tegn på stalking"
    UNCLEAR = "unclear", "Uafklaret"
    HARASSMENT = "harassment", "Chikane"
    CONFLICT = "conflict", "Konflikt"
    NOT_STALKING = "not-stalking", "Ikke stalking"
