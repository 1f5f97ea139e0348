"""Typed, checked input: WTForms fields with Danish words, and the way from a request to a checked form.

`read(Form, template, …)` gives a valid form or answers 422 with the page `template` that shows it, values kept.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from typing import Any, NamedTuple, TypeVar

import wtforms
from flask import abort, g, request
from wtforms import validators

from .. import clock
from ..danish import dates, signs
from ..domain import drafts
from ..errors import Invalid
from .choices import MISSING, ManyField, Offered, offered
from .choices import choice as choice
from .choices import many as many
from .choices import select as select

SHORT, LONG = 200, 10_000
LONGEST_TYPED = 60  # of a date or time
CPR = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)")
CPR_WARNING = (
    "Teksten ligner et CPR-nummer. Skriv det ikke her: slet det. Er det ikke et CPR-nummer, så send formularen igen."
)
TOO_LONG = "Teksten er for lang: højst %(max)d tegn."
OUTDATED = "Siden er forældet. Genindlæs den, og prøv igen."
NO_KEY = "Formularen blev ikke sendt hel. Intet er gemt, og det, du skrev, står her endnu. Send den igen."
REF = r"^[a-z2-7]{26}$"
ANYWAY = "Fortsæt alligevel – begrund"

log = logging.getLogger(__name__)

FormType = TypeVar("FormType", bound="Form")
Choices = Mapping[str, Iterable[Offered]]


class Shown(NamedTuple):
    """What shows a form, should a rule of the domain refuse what was sent: a page, or to htmx the part it came from."""

    form: Any
    name: str
    template: str
    section: str
    late: Callable[[], dict[str, Any]]
    context: dict[str, Any]
    part: str

    def words(self) -> dict[str, Any]:
        """What the template is given: the form under its name, and as `form` for the summary of errors."""
        return self.late() | self.context | {"form": self.form, self.name: self.form}


class Reached(Exception):
    """A draft is being opened: the form is filled from it, and is to be shown instead of acted on."""


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


class Form(wtforms.Form):
    """Base of all forms. `key` makes a creating form count once; `version` is what the person saw."""

    class Meta:
        def get_translations(self, form: Any) -> Danish:
            return Danish()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            declared = unbound_field.kwargs
            if "choices" in declared:
                options["choices"] = offered(declared["choices"])
            else:
                options["filters"] = [signs.cleaned, *declared.get("filters", [])]
            return unbound_field.bind(form=form, **options)

    key = wtforms.HiddenField(validators=[validators.Length(max=60)])
    version = wtforms.HiddenField()
    cpr_seen = wtforms.HiddenField(validators=[validators.Length(max=1)])

    @property
    def is_filled(self) -> bool:
        """Whether it is shown with what someone typed: it was refused, or comes from a draft."""
        return bool(self.errors) or ("reopened" in g and "form_shown" in g and self is g.form_shown.form)

    @property
    def seen_version(self) -> int:
        """The version that the person saw. Raises Invalid when the form does not say."""
        if not (self.version.data or "").isdecimal() or len(self.version.data) > 9:
            raise Invalid(OUTDATED)
        return int(self.version.data)

    @property
    def sent_key(self) -> str:
        """The key by which a creating form counts once. Raises Invalid when the form does not say, since it might then
        count twice; shown again it has a new one."""
        if not self.key.data:
            self.key.data = new_key()
            raise Invalid(NO_KEY)
        return str(self.key.data)

    def values(self) -> dict[str, Any]:
        """The form's own fields as plain typed values; empty text and no choice are None."""
        hidden = {"key", "version", "cpr_seen"}
        return {field.short_name: field.data or None for field in self if field.short_name not in hidden}

    @property
    def only_asks(self) -> bool:
        """Whether nothing is wrong: something is asked about before it is stored, by fields that say so in `asks`."""
        return bool(self.errors) and all(name and getattr(self[name], "asks", False) for name in self.errors)

    def add_error(self, field: str | None, message: str) -> None:
        """Put a rule's refusal where the person sees it: at its field, or above all."""
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, message]
        else:
            self.form_errors.append(message)

    def differences(self, theirs: Any) -> list[tuple[Any, str | None]]:
        """Each field beside what stands there now, where the two differ; a tick is always shown, to be set again.

        What was typed and stands nowhere yet, such as a reason or an answer that nobody gave, is beside None.
        """
        standing = self.standing(theirs)
        beside = [
            (self[name], None if now is None else _in_words(self[name], now))
            for name, now in standing.items()
            if isinstance(self[name], wtforms.BooleanField) or _comparable(self[name].data) != _comparable(now)
        ]
        return [*beside, *((field, None) for field in self._visible() if field.data and field.name not in standing)]

    def typed(self) -> list[tuple[Any, str]]:
        """Each field that was filled in, with what was typed there, in words."""
        return [(field, _in_words(field, field.data)) for field in self._visible() if field.data]

    def _visible(self) -> list[Any]:
        hidden = (wtforms.HiddenField, wtforms.PasswordField)
        return [field for field in self if not isinstance(field, hidden)]

    def standing(self, theirs: Any) -> dict[str, Any]:
        """What stands there now, by the name of the field that would change it; a form adds what its row names
        otherwise."""
        columns = theirs._meta.fields
        values = {field.name: getattr(theirs, field.name) for field in self._visible() if field.name in columns}
        return {name: getattr(value, "ref", value) for name, value in values.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; a number like a CPR number in free text is asked about once."""
        good = super().validate(extra_validators)
        for field in self:
            if _is_free_text(field) and CPR.search(field.data or "") and self.cpr_seen.data != "1":
                field.errors = [*field.errors, CPR_WARNING]
                good = False
        if not good and any(CPR_WARNING in field.errors for field in self):
            self.cpr_seen.data = "1"
        return good


def _is_free_text(field: wtforms.Field) -> bool:
    others = (UnderstoodField, wtforms.HiddenField, wtforms.PasswordField)
    return isinstance(field, wtforms.StringField) and not isinstance(field, others)


def read(
    kind: type[FormType],
    template: str,
    section: str = "",
    *,
    choices: Choices | None = None,
    name: str = "form",
    late: Callable[[], dict[str, Any]] = dict,
    part: str = "",
    **context: Any,
) -> FormType:
    """The posted form, checked. When it is not right, the answer is 422: `template` with the form as `name`; `part`,
    where one is named and htmx asks, to stand where the form stood.

    `choices` fills select fields; `late` gives what the template needs and is worth a query only then. Raises Invalid,
    which is answered so, and Reached for a draft, which is shown in it; aborts with 400 on input that no page of ours
    sends (SEC-55).
    """
    is_draft = "reopened" in g
    if not is_draft and request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        abort(400)
    if any("\ufffd" in value for values in request.form.listvalues() for value in values):
        abort(400)
    form = kind(request.form)
    fill(form, choices)
    _refuse_repeated(form)
    _note_unknown(form)
    g.form_shown = Shown(form, name, template, section, late, context, part)
    if is_draft:
        raise Reached
    if not form.validate():
        raise Invalid("Formularen er ikke udfyldt rigtigt.")
    return form


def blank(kind: type[FormType], /, choices: Choices | None = None, **values: Any) -> FormType:
    """A fresh form with a fresh key, filled with `values`."""
    form = kind(data={"key": new_key(), **values})
    fill(form, choices)
    return form


def one_for_each(kind: type[FormType], refs: Iterable[str]) -> dict[str, FormType]:
    """A fresh form for each row of a list, by its ref; their fields have ids of their own."""
    made = {ref: blank(kind) for ref in refs}
    for ref, form in made.items():
        for field in form:
            field.id = f"{field.name}-{ref}"
            field.label.field_id = field.id
    return made


def fill(form: Form, choices: Choices | None) -> None:
    """Give select fields their choices, by the field's name."""
    for name, listed in (choices or {}).items():
        form[name].choices = offered(listed)
        for one in form[name].choices:
            one.label = signs.visible(one.label)


def page_number() -> int:
    """Which page of a long list is asked for, from `?side=`; the first when it is no number."""
    asked = request.args.get("side", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) <= 4 else 1


def is_ref(text: str) -> bool:
    """Whether it has the form of a ref."""
    return bool(re.fullmatch(REF, text))


def draft_ref() -> str:
    """The ref of the draft that the sent form carries; empty where it carries none, or something that is no ref."""
    ref = request.form.get(drafts.FIELD, "")
    return ref if is_ref(ref) else ""


def new_key() -> str:
    """A key that makes one form count once."""
    return secrets.token_urlsafe(12)


def _note_unknown(form: Form) -> None:
    """Only declared fields count; anything else is ignored, and that it came is logged without its name (SEC-12)."""
    unknown = set(request.form) - set(form._fields) - {"csrf_token", drafts.FIELD}
    if unknown:
        log.warning("%d undeclared fields ignored, %s, request %s", len(unknown), request.endpoint, g.request_id)


def _refuse_repeated(form: Form) -> None:
    for field in form:
        many = isinstance(field, wtforms.SelectMultipleField)
        if not many and len(request.form.getlist(field.name)) > 1:
            abort(400)


def _comparable(value: Any) -> Any:
    """A value so that what a person sees as the same is equal: nothing is nothing, and a choice of several has no
    order."""
    return sorted(value) if isinstance(value, (list, set)) else value or ""


def _in_words(field: Any, now: Any) -> str:
    """A value as the field's own words say it."""
    if isinstance(now, bool):
        return "Ja" if now else "Nej"
    if isinstance(now, date):
        return clock.numeric_date(now)
    if isinstance(now, time):
        return clock.hhmm(now)
    if isinstance(field, ManyField):
        return ", ".join(str(one.label) for one in field.choices if one.value in (now or [])) or "(intet)"
    if isinstance(field, wtforms.SelectField):
        return next((str(one.label) for one in field.choices if one.value == (now or "")), "(intet)")
    return str(now or "")


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────


def _required(message: str) -> list[Any]:
    return [validators.InputRequired(message), validators.DataRequired(message)]


def _at_most(longest: int) -> validators.Length:
    """Without the mark by which a browser cuts what is pasted and says nothing: a text may become evidence."""
    check = validators.Length(max=longest, message=TOO_LONG)
    check.field_flags = {}
    return check


def line(label: str, required: str = "", longest: int = SHORT) -> wtforms.StringField:
    """One line of text; `required` is what to say when it is missing."""
    checks = _required(required) if required else [validators.Optional()]
    return wtforms.StringField(label, [*checks, _at_most(longest)])


def text(label: str, required: str = "", longest: int = LONG) -> wtforms.TextAreaField:
    """Free text."""
    checks = _required(required) if required else [validators.Optional()]
    return wtforms.TextAreaField(label, [*checks, _at_most(longest)])


class UnderstoodField(wtforms.StringField):
    """A line that is read as something else than text: `data` is what was understood, what was typed is shown again."""

    def __init__(self, label: str, required: str = "", **kwargs: Any):
        checks = [validators.InputRequired(required)] if required else [validators.Optional()]
        super().__init__(label, checks, **kwargs)
        self.typed = ""
        self.asks = False  # whether its error is a question, answered by sending the form again

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[:LONGEST_TYPED] if valuelist else ""
        self.data = self.understand(self.typed) if any(valuelist) else None

    def _value(self) -> str:
        return self.typed or _in_words(self, self.data)

    def understand(self, typed: str) -> Any:
        """What was meant. Raises ValueError, in words that say what to type."""
        raise NotImplementedError


class DateField(UnderstoodField):
    """A date as people type it; understood dates are plain `date` values (D-28)."""

    def understand(self, typed: str) -> date:
        """The day that is meant."""
        return dates.parse_date(typed, clock.today())


class TimeField(UnderstoodField):
    """A time of day as people type it."""

    def understand(self, typed: str) -> time:
        """The time that is meant."""
        return dates.parse_time(typed)


# ── a form that several pages share ─────────────────────────────────────────────────────────────────


class RevealForm(Form):
    """Why what is hidden must be seen (SEC-10)."""

    reason = line("Hvad skal du bruge oplysningerne til?", "Skriv, hvad du skal bruge oplysningerne til.")
