"""Pages and their forms without ceremony: who may see it is asked once, a form is shown and taken in one place.

A view is given the row that its address names, as the one who asks may see it. A view with a form stops where it asks:

    @pages.form("/sager/<ref>/genaabn", Action.CASE_CLOSE, "cases/reopen.html")
    def reopen(case: Case) -> Sent:
        form = yield Ask(ReopenForm, version=case.version, heading="Genåbn sagen")
        phases.reopen(actor(), case, form.reason.data, form.seen_version)
        return "Sagen er genåbnet."

A GET shows the form and goes no further, and nor does a draft that is opened again. A form that was sent and is right
comes out of `yield`. Any other is shown again where it stood, with what was typed, as it is when the verb refuses it
(422; 409 where someone was faster). The sentence is said on the page that one goes `back` to; a
page that is returned is shown in this answer instead.
"""

import inspect
import re
from collections.abc import Callable, Generator
from typing import Any

from flask import Blueprint, Response, current_app, g, request, url_for
from werkzeug.datastructures import MultiDict

from .. import policy
from ..errors import Invalid
from ..policy import Action
from . import answers, forms
from .guard import actor, asks
from .step_up import first_prove

Words = dict[str, Any]  # what a template is given
Sent = Generator["Ask", Any, "str | Page | Response"]
Find = Callable[..., Any] | None  # by who asks, ref and action
NAMED = re.compile(r"<(?:\w+:)?(\w+)>")


class Ask:
    """What a view wants to know: a form, which its template calls `name`. It has the page of its view, or stands `on`
    another among what that shows.

    It is filled with what stands in the row `over`, over whose version it is sent; `version` alone fills nothing, and
    `start` fills what has no row. `late` gives what the template needs and is worth a query only then. To htmx the
    `part` is shown again instead of the page. `too_late`: what is said instead of asking, where it is no use any more.
    `ids`: what makes the fields' ids its own, where forms of the same kind stand together.
    """

    def __init__(
        self, kind: type[forms.Form], name: str = "form", *, on: "Page | None" = None, over: Any = None,
        version: Any = None, start: Words | Callable[[], Words] | None = None, choices: forms.Choices | None = None,
        late: Callable[[], Words] = dict, part: str = "", too_late: str | None = None, ids: str = "", **given: Any,
    ):  # fmt: skip
        self.kind, self.name, self.on, self.over, self.choices = kind, name, on, over, choices
        self.late, self.part, self.too_late, self.ids, self.given = late, part, too_late, ids, given
        self.start, self.version = start, {} if version is None else {"version": str(version)}

    def within(self, page: "Page", row: tuple[Any, ...], args: Words) -> "Ask":
        """The same on its page, with what every page of its resource is given."""
        self.page, self.section, self.given = self.on or page, page.pages.section, page.pages.base(*row) | self.given
        self.beside = (lambda: self.on.words(row, args)) if self.on else dict  # type: ignore[union-attr]
        return self

    def blank(self) -> Words:
        """What the page is given before anything is typed."""
        start = (self.start() if callable(self.start) else self.start or {}) | self.version
        if self.over:
            return self.words(forms.over(self.kind, self.over, self.choices, **start))
        return self.words(forms.blank(self.kind, self.choices, **start))

    def read(self) -> forms.Form:
        """The form as it was sent. Raises Invalid where it is not right, and is then shown again."""
        self.form = forms.sent(self.kind, self.choices)
        g.form_shown = self
        if self.ids:
            forms.own_ids(self.form, self.ids)
        if not self.form.validate():
            raise Invalid("Formularen er ikke udfyldt rigtigt.")
        return self.form

    def reopen(self, draft: Any) -> Response:
        """The page with what was typed into a draft of its form."""
        self.form = self.kind(MultiDict(draft.form))
        forms.fill(self.form, self.choices)
        self.form.is_kept = True
        g.form_shown = self
        return self.again(200)

    def again(self, status: int) -> Response:
        """The page with what was typed; to htmx, where one is named, the part that the form came from."""
        if self.part and answers.wants_part():
            return answers.part(self.part, status, **self.words(self.form))
        return answers.page(self.page.template, self.section, status, **self.words(self.form))

    def words(self, form: forms.Form) -> Words:
        """What the page is given: the form under its name, and as `form` for the summary of errors."""
        if self.ids:
            forms.own_ids(form, self.ids)
        return self.beside() | self.given | self.late() | {"form": form, self.name: form}


class Page:
    """A view at its address, and to whom it answers; `is_proved` where who sends its form shows first who he or she
    is."""

    def __init__(
        self, pages: "Pages", path: str, action: Action | None, view: Callable[..., Any], template: str, find: Find,
        is_proved: bool,
    ):  # fmt: skip
        self.pages, self.path, self.action = pages, path, action
        self.view, self.template, self.find, self.is_proved = view, template, find, is_proved
        self.named = NAMED.findall(path)

    def __call__(self, **args: Any) -> Response:
        """Answer a request."""
        row = self._found(args)
        going = self.view(*row, **args)
        met = _go_on(going)
        if isinstance(met, Ask):
            met = self._asked(met.within(self, row, args), going)
        if isinstance(met, str):
            return back(self.pages.back, met)
        if isinstance(met, Page):
            return met.shown(met.words(row, args))
        return self.shown(self.pages.base(*row) | met) if isinstance(met, dict) else met

    def address(self) -> str:
        """Where it is, of what this request is about; empty where its form alone says which of several it was."""
        named = request.view_args or {}
        known = set(NAMED.findall(self.path)) <= named.keys()
        return NAMED.sub(lambda part: str(named[part[1]]), self.path) if known else ""

    def shown(self, words: Words, status: int = 200) -> Response:
        """It as it stands."""
        return answers.page(self.template, self.pages.section, status, **words)

    def words(self, row: tuple[Any, ...], args: Words) -> Words:
        """What its template is given, before anything is typed into its forms."""
        args = {name: args[name] for name in self.named if name in args}
        met = _go_on(self.view(*row, **args))
        return met.within(self, row, args).blank() if isinstance(met, Ask) else self.pages.base(*row) | met

    def reopened(self, draft: Any, args: Words) -> Response | None:
        """The form as a draft of it was typed; None where nothing is asked. Who may see the page is asked as always."""
        if not inspect.isgeneratorfunction(self.view):
            return None
        if not self.find and self.action:
            policy.require(actor(), self.action)
        g.reopened = draft
        row = self._found(args)
        ask = _go_on(self.view(*row, **args))
        return ask.within(self, row, args).reopen(draft) if isinstance(ask, Ask) else None

    def _found(self, args: Words) -> tuple[Any, ...]:
        return (self.find(actor(), args.pop("ref"), action=self.action),) if self.find else ()

    def _asked(self, ask: Ask, going: Sent) -> Any:
        if request.method == "POST":
            form = ask.read()
            return (self.is_proved and first_prove(form)) or _go_on(going, form)
        return ask.too_late or self.shown(ask.blank())


class Pages:
    """The pages about one kind of row: how it is found, by who asks, ref and action; what its pages share; and the
    endpoint to which one goes back when something was done. Templates know the row by its kind, or as `called`, and
    what is said `about` it."""

    def __init__(
        self, bp: Blueprint, on: type | None = None, find: Find = None, *,
        back: str, section: str = "sager", called: str = "",
        about: Callable[[Any], Words] | None = None, **words: Any,
    ):  # fmt: skip
        self.bp, self.on, self.find, self.back, self.section, self.shared = bp, on, find, back, section, words
        self.about = about
        self.called = called or (on.__name__.lower() if on else "")

    def page(
        self, path: str, action: Action | None, template: str, personal: bool = True, find: Find = None
    ) -> Callable[..., Page]:
        """A page that is looked at, of a row that may be found in a way of its own; its view returns what the template
        is given."""
        return self._at(path, action, ["GET"], personal, template=template, find=find)

    def form(
        self,
        path: str,
        action: Action | None,
        template: str,
        shown_at: str = "",
        personal: bool = True,
        named: str = "",
        step_up: bool = False,
    ) -> Callable[..., Page]:
        """A form with a page of its own, shown at the address it is sent to, or at another; its view is `Sent`. One
        that asks the same of several kinds of rows is `named` for each. `step_up`: who sends it shows first, anew, who
        he or she is, while what was typed waits (domain/step_up.py)."""
        return self._at(path, action, ["GET", "POST"], personal, shown_at, template, named=named, step_up=step_up)

    def post(
        self,
        path: str,
        action: Action | None,
        template: str = "",
        personal: bool = True,
        find: Find = None,
        named: str = "",
        step_up: bool = False,
    ) -> Callable[..., Page]:
        """A form that stands on another page, or a button alone, which is refused on a `template` where it stands in a
        list; its view is `Sent`, or returns an answer. `step_up` as of a form: then its view must ask."""
        return self._at(path, action, ["POST"], personal, template=template, find=find, named=named, step_up=step_up)

    def _at(
        self, path: str, action: Action | None, methods: list[str], personal: bool, shown_at: str = "",
        template: str = "", find: Find = None, named: str = "", step_up: bool = False,
    ) -> Callable[..., Page]:  # fmt: skip
        def declare(view: Callable[..., Any]) -> Page:
            if step_up and not inspect.isgeneratorfunction(view):
                raise TypeError(f"{view.__name__} does not ask for the form that is to wait")
            page = Page(self, shown_at or path, action, view, template, find or self.find, step_up)
            if action:  # None: readable without signing in, where the guard names it open
                asks(action, on=self.on, personal=personal)(page)
            if shown_at:
                self.bp.add_url_rule(shown_at, named or view.__name__, page, methods=["GET"])
                methods.remove("GET")
            self.bp.add_url_rule(path, named or view.__name__, page, methods=methods)
            return page

        return declare

    def base(self, *row: Any) -> Words:
        """What the template of every one of these pages is given."""
        about = self.about(*row) if self.about else {}
        return dict(zip([self.called], row, strict=False)) | about | self.shared


def is_blank() -> bool:
    """Whether an empty form is asked for: none was sent, and no draft is opened again."""
    return request.method == "GET" and "reopened" not in g


def sent(name: str) -> str:
    """What stands in a field of the form that was sent, or is opened again, before it is read."""
    typed = MultiDict(g.reopened.form) if "reopened" in g else request.form
    return typed.get(name, "")


def back(endpoint: str, said: str) -> Response:
    """Go to a page of the same row, and say there what was done."""
    named = next(current_app.url_map.iter_rules(endpoint)).arguments
    there = {name: value for name, value in (request.view_args or {}).items() if name in named}
    return answers.changed(instead=url_for(endpoint, **there), said=said)


def _go_on(going: Any, form: Any = None) -> Any:
    """Let a view go on to what it asks, or to its answer."""
    if not isinstance(going, Generator):
        return going
    try:
        return going.send(form)
    except StopIteration as done:
        return done.value
