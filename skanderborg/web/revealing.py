"""What is hidden for the sake of address protection, shown in one answer (SEC-10)."""

from typing import Any

from ..domain import protection
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Page, Sent
from .guard import actor


def reveal(case: Case, page: Page, about: Any = None) -> Sent:
    """Ask why what tells where someone is must be seen, write it down, and show it in this answer: the `page` that the
    form stands on, of `about`. Raises as protection.reveal.
    """
    form = yield Ask(forms.RevealForm, "reveal_form", on=page)
    is_shown = protection.reveal(actor(), case, form.reason.data, form.sent_key, about)
    case.bar = case.bar._replace(is_masked=case.bar.is_masked and not is_shown)
    return page
