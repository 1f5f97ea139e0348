"""Closed lists about emergency access and the printed sheet."""

from .base import Kind


class EmergencyCategory(Kind):
    """What happens, when someone who is not on a case must see its emergency sheet."""

    IN_DANGER = "in-danger", "Borgeren er i fare nu"
    SEEKS_US = "seeks-us", "Borgeren ringer eller er kommet"
    VISIT = "visit", "En medarbejder skal ud til borgeren nu"
    CHILD = "child", "Et barn er i fare nu"
    AUTHORITY = "authority", "Politi, vagtlæge eller skadestue ringer"


class EmergencyVerdict(Kind):
    """What a manager came to, who looked at a use of the emergency access."""

    JUSTIFIED = "justified", "Der var brug for den"
    NOT_JUSTIFIED = "not-justified", "Der var ikke brug for den"


class SheetOutcome(Kind):
    """What became of a printed emergency sheet."""

    RETURNED = "returned", "Kom tilbage"
    DESTROYED = "destroyed", "Blev makuleret hos døgnvagten"
    LOST = "lost", "Er væk, og det er meldt som brud på sikkerheden"
