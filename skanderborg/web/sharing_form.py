"""The fields of a consent: on the page of consents, and wherever a basis is «Borgeren har sagt ja»."""

from typing import Any

from .. import clock
from ..domain.sharing import consents
from ..kinds import ConsentWay
from . import forms
from .guard import actor

LONGEST_SCOPE = 70  # letters of a scope that a list of choices shows
NEW = ("", "Et nyt – skriv det her")


class ConsentFields(forms.Form):
    """What the citizen said yes to, how and when; or one that is on file already."""

    consent = forms.select("Hvilket samtykke?")
    consent_scope = forms.line("Hvad har borgeren sagt ja til, og hvem må få det at vide?", longest=1_000)
    consent_way = forms.choice("Hvordan?", ConsentWay, "", default=ConsentWay.SPOKEN)
    consent_on = forms.DateField("Hvornår sagde borgeren ja?", looks=forms.Looks.BACK)

    def chosen(self) -> consents.Chosen:
        """What was typed, as the verbs want it."""
        way = ConsentWay(self.consent_way.data or ConsentWay.SPOKEN)
        given = consents.Given(self.consent_scope.data or None, way, self.consent_on.data)
        return consents.Chosen(self.consent.data or None, given)


def blank_values() -> dict[str, Any]:
    """What the fields are filled with: a yes is mostly written down on the day it was said."""
    return {"consent_way": ConsentWay.SPOKEN, "consent_on": clock.today()}


def valid_choices(case: Any) -> list[tuple[str, str]]:
    """The consents of a case that something can rest on today, after a new one."""
    return [NEW, *((consent.ref, in_words(consent)) for consent in consents.valid(actor(), case))]


def in_words(consent: Any) -> str:
    """A consent in one line."""
    scope = consent.scope if len(consent.scope) <= LONGEST_SCOPE else f"{consent.scope[:LONGEST_SCOPE].rstrip()} …"
    return f"{consent.way.label} {clock.numeric_date(consent.given_on)}: {scope}"
