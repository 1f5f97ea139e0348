"""Why someone who comes from the provider is not let in: words for the screen, and a plain reason for the log."""

import logging

from ...errors import DomainError

log = logging.getLogger(__name__)
UNCONFIRMED = "Kommunens login kunne ikke bekræfte, hvem du er. Prøv igen."
DOWN = "Kommunens login svarer ikke lige nu. Prøv igen om lidt. Er du logget ind, kan du arbejde videre."


class Refused(DomainError):
    """What came from the provider, or as if from it, is not what was asked for. `reason` tells an operator which of the
    checks failed; nothing of what came stands in it."""

    def __init__(self, reason: str, message: str = UNCONFIRMED):
        super().__init__(message)
        self.reason = reason
        log.warning("single sign-on refused: %s", reason)


class ProviderDown(DomainError):
    """The provider does not answer, or not with what it must."""

    status = 503

    def __init__(self, reason: str):
        super().__init__(DOWN)
        self.reason = reason
        log.warning("single sign-on: the provider is down: %s", reason)
