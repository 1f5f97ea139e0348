"""The forms by which something is added that one shows beside the password, and shown."""

from typing import Any

import segno
from flask import current_app
from markupsafe import Markup
from wtforms import HiddenField, validators

from ..domain.factors import Held, apps, checking, passkeys
from ..kinds import FactorKind
from ..settings import Settings
from . import forms, tokens
from .form_pages import Ask, sent


class ShowForm(forms.Form):
    """A code, or what a passkey answered (static/js/passkeys.js)."""

    code = forms.line("Kode", longest=40)
    answer = HiddenField(validators=[validators.Length(max=passkeys.LONGEST)])
    naeste = HiddenField()
    igen = HiddenField()

    def validate_code(self, field: Any) -> None:
        """One of the two is there."""
        if not field.data and not self.answer.data:
            raise validators.ValidationError("Skriv koden.")

    def shown(self) -> checking.Shown:
        """What was shown, as the verb wants it."""
        return checking.Shown(self.code.data or "", self.answer.data or "", tokens.kept().device)


class AppForm(forms.Form):
    """What an app is called, and the first code that it counts."""

    name = forms.line("Hvad skal appen hedde her?", "Skriv et navn, fx «Min telefon».", 60)
    code = forms.line("Koden fra appen", "Skriv den kode, appen viser lige nu.", 20)
    seed = HiddenField(validators=[validators.Length(max=400)])
    naeste = HiddenField()


class PasskeyForm(forms.Form):
    """What a passkey is called, and what it answered when it was made."""

    name = forms.line("Hvad skal adgangsnøglen hedde her?", "Skriv et navn, fx «Min computer».", 60)
    answer = HiddenField(validators=[validators.Length(max=passkeys.LONGEST)])
    naeste = HiddenField()


def ask_app(person: Any, **more: Any) -> tuple[Ask, str | None]:
    """Ask for the first code of an app, with the square that it reads; and the secret that the square tells."""
    seed = sent("seed")
    secret = apps.offered(person, seed)
    if secret is None:
        seed = apps.offer(person)
        secret = apps.offered(person, seed) or ""
    square = segno.make(apps.address(secret, person.username), error="m")
    drawn = Markup(square.svg_inline(scale=4, border=4, light="#fff", dark="#000", omitsize=False))  # noqa: S704 drawn by us
    said = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    start = {"seed": seed, "name": "Min telefon", "naeste": more.pop("naeste", None)}
    return Ask(AppForm, start=start, square=drawn, secret=said, **more), apps.offered(person, sent("seed"))


def ask_passkey(**more: Any) -> Ask:
    """Ask for a passkey, which the browser makes."""
    start = {"name": "Min computer", "naeste": more.pop("naeste", None)}
    return Ask(PasskeyForm, start=start, base_url=settings().base_url, **more)


def to_show(held: Held) -> dict[str, Any]:
    """What the template says of what someone can show."""
    return {"has_passkey": FactorKind.PASSKEY in held.kinds, "has_app": FactorKind.APP in held.kinds}


def settings() -> Settings:
    """The settings, for what belongs to this address alone."""
    found: Settings = current_app.config["SKB"]
    return found
