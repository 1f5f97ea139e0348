"""Closed lists about telling people that data about them is kept (GDPR art. 13 and 14)."""

from .base import Kind


class InformWay(Kind):
    """How someone was told."""

    SPOKEN = "spoken", "Mundtligt"
    LETTER = "letter", "Brev"
    DIGITAL_POST = "digital-post", "Digital Post"


class InformGround(Kind):
    """Why someone is not told, or not yet (databeskyttelsesloven § 22; GDPR art. 13 and 14)."""

    DANGER = "danger", "Det kan bringe nogen i fare (databeskyttelsesloven § 22, stk. 1)"
    PUBLIC = "public", "Det kan ødelægge en efterforskning eller et tilsyn (§ 22, stk. 2)"
    KNOWS = "knows", "Personen ved det i forvejen (art. 13, stk. 4; art. 14, stk. 5, litra a)"
    IMPOSSIBLE = "impossible", "Det er umuligt, eller kræver uforholdsmæssigt meget (art. 14, stk. 5, litra b)"
    LAW = "law", "En lov siger det, eller oplysningerne er under tavshedspligt (art. 14, stk. 5, litra c og d)"
