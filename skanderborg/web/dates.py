"""The day that is understood of what someone types, asked while they type it: static/js/dates.js shows it."""

from typing import Any

from flask import Blueprint, jsonify, make_response

from .. import clock
from ..policy import Action
from . import forms
from .form_pages import Ask, Pages, Sent

bp = Blueprint("dates", __name__)
pages = Pages(bp, back="profile.show")


class TypedForm(forms.Form):
    """What was typed, under the name of the way its field looks."""

    since = forms.DateField("Fra", looks=forms.Looks.BOTH_WAYS)  # where the range begins, if it is the end of one
    ahead = forms.DateField("Dato", looks=forms.Looks.AHEAD, after="since")
    back = forms.DateField("Dato", looks=forms.Looks.BACK, after="since")
    either = forms.DateField("Dato", looks=forms.Looks.BOTH_WAYS, after="since")

    def validate(self, extra_validators: Any = None) -> bool:
        """What is no day is told in the answer, for the field that one has left."""
        super().validate(extra_validators)
        return True


@pages.post("/dato", Action.PROFILE)
def understood() -> Sent:
    """The day as a field keeps it, and in words, both empty where nothing was typed; what to type instead of what is no
    day."""
    form = yield Ask(TypedForm)
    wrong = next((message for messages in form.errors.values() for message in messages), None)
    if wrong:
        return make_response(jsonify(error=wrong), 422)
    day = form.ahead.data or form.back.data or form.either.data
    return jsonify(date=day and clock.numeric_date(day), words=day and clock.long_date_with_year(day))
