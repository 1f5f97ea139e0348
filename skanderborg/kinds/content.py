"""Closed lists about contacts, and about what an administrator changes."""

from .base import Kind


class ContactScope(Kind):
    """Whom a contact is for. An udøver's line never stands where an udsat is helped, nor the other way round."""

    EXPOSED = "exposed", "Til udsatte"
    PERPETRATOR = "perpetrator", "Til udøvere"
    PROFESSIONALS = "professionals", "Sparring til fagpersoner"
    STAFF = "staff", "Kollega i kommunen"
    OTHER_MUNICIPALITY = "other-municipality", "Kun for borgere i en anden kommune"


class ContactGroup(Kind):
    """Where a contact stands on the page of contacts, in this order."""

    DANGER = "danger", "Fare og politi"
    STAFF = "staff", "Ressourcepersoner"
    ORGANISATIONS = "organisations", "Dansk Stalking Center og organisationer"
    DEPARTMENTS = "departments", "Afdelinger"
    MUNICIPALITIES = "municipalities", "Andre kommuner"


class TextPlace(Kind):
    """Where a text that an administrator can change is read; the value stands in its address."""

    CARD = "actioncard", "Actioncard"
    GUIDE = "vejledning", "Vejledning"
