"""Typed, checked input: WTForms fields with Danish words, filled from a row, from a request, or with nothing."""

import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, TypeVar

import wtforms
from flask import abort, g, request
from wtforms import validators

from .. import clock
from ..danish import dates, signs
from ..danish.dates import Looks
from ..domain import drafts, protection
from ..errors import Invalid
from .choices import ManyField as ManyField
from .choices import Offered, offered
from .choices import choice as choice
from .choices import many as many
from .choices import select as select
from .form_words import OUTDATED, Danish, comparable, in_words

SHORT, LONG = 200, 10_000
LONGEST_TYPED = 60  # of a date or time
CPR = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[- ]?\d{4}(?!\d)")
CPR_WARNING = (
    "Teksten ligner et CPR-nummer. Skriv det ikke her: slet det. Er det ikke et CPR-nummer, så send formularen igen."
)
TOO_LONG = "Teksten er for lang: højst %(max)d tegn."
NO_KEY = "Formularen blev ikke sendt hel. Intet er gemt, og det, du skrev, står her endnu. Send den igen."
REF = r"^[a-z2-7]{26}$"
ANYWAY = "Fortsæt alligevel – begrund"

log = logging.getLogger(__name__)

FormType = TypeVar("FormType", bound="Form")
Choices = Mapping[str, Iterable[Offered]]


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

    is_kept = False  # whether it is a draft, opened again
    key = wtforms.HiddenField(validators=[validators.Length(max=60)])
    version = wtforms.HiddenField()
    cpr_seen = wtforms.HiddenField(validators=[validators.Length(max=1)])

    @property
    def is_filled(self) -> bool:
        """Whether it is shown with what someone typed: it was refused, or comes from a draft."""
        return bool(self.errors) or self.is_kept

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

    def values(self, row: Any = None) -> dict[str, Any]:
        """The form's own fields as plain typed values, as a verb wants them; empty text and no choice are None.

        What is hidden of `row`, and was left empty, is what stands there.
        """
        own = [field for field in self if field.short_name not in ("key", "version", "cpr_seen")]
        typed = {field.short_name: _plain(field) for field in own}
        hidden = _hidden_of(row, typed) if row is not None else ()
        return typed | {name: typed[name] or getattr(row, name) for name in hidden}

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
            (self[name], None if now is None else in_words(self[name], now))
            for name, now in standing.items()
            if isinstance(self[name], wtforms.BooleanField) or comparable(self[name].data) != comparable(now)
        ]
        return [*beside, *((field, None) for field in self._visible() if field.data and field.name not in standing)]

    def typed(self) -> list[tuple[Any, str]]:
        """Each field that was filled in, with what was typed there, in words."""
        return [(field, in_words(field, field.data)) for field in self._visible() if field.data]

    def _visible(self) -> list[Any]:
        hidden = (wtforms.HiddenField, wtforms.PasswordField)
        return [field for field in self if not isinstance(field, hidden)]

    def standing(self, theirs: Any, hidden: str = protection.HIDDEN) -> dict[str, Any]:
        """What stands there now, by the name of the field that would change it; `hidden` for what tells where someone
        is while an address is protected."""
        columns = theirs._meta.fields
        values = {field.name: getattr(theirs, field.name) for field in self._visible() if field.name in columns}
        values |= {name: hidden for name in _hidden_of(theirs, values) if values[name]}
        return {name: getattr(value, "ref", value) for name, value in values.items()} | self.named_otherwise(theirs)

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """What stands there now in fields that are not called as the row's columns."""
        return {}

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


def sent(kind: type[FormType], choices: Choices | None) -> FormType:
    """The form as it was sent, to be checked. Aborts with 400 on input that no page of ours sends (SEC-55)."""
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        abort(400)
    if any("\ufffd" in value for values in request.form.listvalues() for value in values):
        abort(400)
    form = kind(request.form)
    fill(form, choices)
    _refuse_repeated(form)
    _note_unknown(form)
    return form


def blank(kind: type[FormType], /, choices: Choices | None = None, **values: Any) -> FormType:
    """A fresh form with a fresh key, filled with `values`."""
    form = kind(data={"key": new_key(), **values})
    fill(form, choices)
    return form


def over(kind: type[FormType], row: Any, /, choices: Choices | None = None, **values: Any) -> FormType:
    """A form filled with what stands in `row`, to be sent over its version, and `values`; what is hidden is empty."""
    empty = kind()
    standing = {name: _as_typed(empty[name], now) for name, now in empty.standing(row, hidden="").items()}
    return blank(kind, choices, **{"version": str(row.version)} | standing | values)


def one_for_each(kind: type[FormType], refs: Iterable[str]) -> dict[str, FormType]:
    """A fresh form for each row of a list, by its ref; their fields have ids of their own."""
    made = {ref: blank(kind) for ref in refs}
    for ref, form in made.items():
        own_ids(form, ref)
    return made


def own_ids(form: Form, ref: str) -> None:
    """Let a form that stands among others of its kind have ids of its own."""
    for field in form:
        field.id = f"{field.name}-{ref}"
        field.label.field_id = field.id


def fill(form: Form, choices: Choices | None) -> None:
    """Give select fields their choices, by the field's name."""
    for name, listed in (choices or {}).items():
        if name not in form:  # a page may offer the same to several forms
            continue
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


def _hidden_of(row: Any, names: Iterable[str]) -> list[str]:
    """Which of the row's columns are hidden now, since an address is protected."""
    where = [name for name in names if name in row._meta.fields and protection.hides(row._meta.table_name, name)]
    return where if where and protection.masked(row.case) else []


def _plain(field: Any) -> Any:
    """What was typed or chosen; None for nothing."""
    return field.data if isinstance(field, wtforms.BooleanField) else field.data or None


def _as_typed(field: Any, now: Any) -> Any:
    """What stands there, as the field holds it: where nothing is chosen, the choice that says so."""
    return "" if now is None and isinstance(field, wtforms.SelectField) else now


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
        return self.typed or in_words(self, self.data)

    def understand(self, typed: str) -> Any:
        """What was meant. Raises ValueError, in words that say what to type."""
        raise NotImplementedError


class DateField(UnderstoodField):
    """A date as people type it; what is understood is a plain `date` (D-28). static/js/dates.js helps to type it.

    `looks` says where a day without its year lies; `after` names the field in which the same range begins. What was
    typed without a year is shown with it.
    """

    def __init__(
        self, label: str, required: str = "", *, looks: Looks, after: str = "", _form: Any = None, **kwargs: Any
    ):
        attributes = {"data-date": looks.value} | ({"data-after": after} if after else {})
        super().__init__(label, required, render_kw=attributes, _form=_form, **kwargs)
        self.looks, self.begins = looks, (lambda: _form[after].data) if after else lambda: None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and not dates.names_its_year(self.typed):
            self.typed = clock.numeric_date(self.data)

    def understand(self, typed: str) -> date:
        """The day that is meant."""
        return dates.parse_date(typed, clock.today(), self.looks, self.begins())


class TimeField(UnderstoodField):
    """A time of day as people type it."""

    def understand(self, typed: str) -> time:
        """The time that is meant."""
        return dates.parse_time(typed)


# ── a form that several pages share ─────────────────────────────────────────────────────────────────


class RevealForm(Form):
    """Why what is hidden must be seen (SEC-10)."""

    reason = line("Hvad skal du bruge oplysningerne til?", "Skriv, hvad du skal bruge oplysningerne til.")
