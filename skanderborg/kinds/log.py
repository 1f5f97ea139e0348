"""Closed lists of the access log; the values stand in its address."""

from .base import Kind


class LogKind(Kind):
    """What was done, as coarsely as tells who looked where and nothing of what stood there (SEC-02)."""

    LOOK = "opslag", "Opslag"
    LIST = "liste", "Liste eller søgning"
    FILE = "fil", "Hentet eller udskrevet"
    WRITE = "aendring", "Ændring"
    DENIED = "afvist", "Afvist"
    SIGN_IN = "log-ind", "Log ind og ud"
    LOG = "adgangslog", "Adgangsloggen"
