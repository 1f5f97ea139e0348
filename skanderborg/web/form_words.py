"""Forms in Danish: what WTForms says by itself, and values as a field's own words say them."""

from datetime import date, time
from typing import Any

import wtforms

from .. import clock
from .choices import MISSING

OUTDATED = "Siden er forældet. Genindlæs den, og prøv igen."


class Danish:
    """What WTForms says by itself, in Danish; our own fields say more."""

    WORDS = {
        "Not a valid choice.": "Vælg en af mulighederne på listen.",
        "Not a valid choice": "Vælg en af mulighederne på listen.",
        "'%(value)s' is not a valid choice for this field.": "Vælg en af mulighederne på listen.",
        "'%(value)s' are not valid choices for this field.": "Vælg blandt mulighederne på listen.",
        "This field is required.": MISSING,
        "Invalid Choice: could not coerce.": "Vælg en af mulighederne på listen.",
        "Invalid choice(s): one or more data inputs could not be coerced.": "Vælg blandt mulighederne på listen.",
        # of hidden fields, which no person types into
        "Invalid value, must be one of: %(values)s.": OUTDATED,
        "Invalid input.": OUTDATED,
        "Field cannot be longer than %(max)d character.": OUTDATED,
        "Field cannot be longer than %(max)d characters.": OUTDATED,
    }

    def gettext(self, text: str) -> str:
        """The Danish words for WTForms' own."""
        return self.WORDS.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """As gettext, for counted things."""
        return self.gettext(one if count == 1 else many)


def comparable(value: Any) -> Any:
    """A value so that what a person sees as the same is equal: nothing is nothing, and a choice of several has no
    order."""
    return sorted(value) if isinstance(value, (list, set)) else value or ""


def in_words(field: Any, now: Any) -> str:
    """A value as the field's own words say it."""
    if isinstance(now, bool):
        return "Ja" if now else "Nej"
    if isinstance(now, date):
        return clock.numeric_date(now)
    if isinstance(now, time):
        return clock.hhmm(now)
    if isinstance(field, wtforms.SelectMultipleField):
        return ", ".join(str(one.label) for one in field.choices if one.value in (now or [])) or "(intet)"
    if isinstance(field, wtforms.SelectField):
        return next((str(one.label) for one in field.choices if one.value == (now or "")), "(intet)")
    return str(now or "")
