"""Closed lists about how long a case is kept."""

from .base import Kind


class HoldKind(Kind):
    """Why a case is kept though its time is over: because someone said so, or by itself, until someone who knows the
    case says otherwise."""

    INSIGHT = "insight", "Nogen har bedt om indsigt"
    MANUAL = "manual", "Sagen skal bruges"
    POLICE = "police", "Der er en anmeldelse eller et tilhold"
    CHILD = "child", "Der er børn, så arkivet skal måske bevare sagen"
