"""What can go wrong for a reason, as types with a Danish sentence for the person at the screen.

No message ever holds a citizen's data: messages reach logs, these errors only the page.
"""

import traceback

NO_ACCESS = "Siden findes ikke, eller du har ikke adgang."
PLACES = 6
UNREADABLE = "(kan ikke læses)"  # stands where a sealed text was that does not open any more


def places(error: BaseException) -> str:
    """Where an unexpected error came from: the innermost files and lines for the log, never a value (SEC-39)."""
    frames = traceback.walk_tb(error.__traceback__)
    found = [f"{frame.f_code.co_filename.rpartition('/')[2]}:{number}" for frame, number in frames]
    return " > ".join(found[-PLACES:])


class SettingError(Exception):
    """A setting is missing, unknown or unsafe; the message names it and says what to do, never its value."""


class DomainError(Exception):
    """A rule of the domain said no. `message` is shown as it stands; `field` names the form field it belongs to."""

    status = 400

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(DomainError):
    """The thing is missing, or hidden from the one who asks: the two are never told apart (SEC-08)."""

    status = 404

    def __init__(self, message: str = NO_ACCESS):
        super().__init__(message)


class NotAllowed(DomainError):
    """The actor may see the thing of a case, but not do this with it; or the page is not for the actor: NO_ACCESS."""

    status = 403

    def __init__(self, message: str = "Du har ikke adgang til at gøre dette. Spørg tovholderen på sagen."):
        super().__init__(message)


class Invalid(DomainError):
    """What was typed or asked for cannot be right; the message says what to do instead."""

    status = 422


class Walled(Invalid):
    """It would bring someone onto both parties' cases; that it was tried is written down, as a refused look-up is."""


class Conflict(DomainError):
    """Someone changed the thing since it was seen. `theirs` is the row as it now stands."""

    status = 409

    def __init__(self, message: str, theirs: object | None = None):
        super().__init__(message)
        self.theirs = theirs


class TooLate(Conflict):
    """Someone changed the thing so far that this cannot be done with it any more, by no version."""


class Unreadable(DomainError):
    """What was asked for is whole or nothing, and was altered or has lost its key: a file, the rows of an import."""

    status = 500

    def __init__(self, message: str = "Det kan ikke læses. It-afdelingen kan hente det fra en sikkerhedskopi."):
        super().__init__(message)


class Unavailable(DomainError):
    """The database cannot take a write or an event just now; nothing was shown or changed (SEC-31)."""

    status = 503

    def __init__(self, message: str = "Det lykkedes ikke at gemme. Din tekst er ikke væk. Prøv igen om lidt."):
        super().__init__(message)


class StorageFull(Unavailable):
    """There is no room for a write: the disk is full, or what may be used of it."""

    status = 507

    def __init__(self, message: str = "Der er ikke plads på serveren, så der kan ikke gemmes noget lige nu."):
        super().__init__(message)


class Damaged(Unavailable):
    """What is stored is not whole: nothing is written to it any more (REL-06)."""

    def __init__(self, message: str = "Databasen er beskadiget. Der gemmes intet, før it-afdelingen har rettet det."):
        super().__init__(message)


class ReadOnly(Unavailable):
    """The database can be read, and takes no write."""

    def __init__(self, message: str = "Serveren kan ikke gemme noget lige nu."):
        super().__init__(message)
