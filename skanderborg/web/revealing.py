"""What is hidden for the sake of address protection, shown in one answer (SEC-10)."""

from typing import Any

from ..domain import protection
from ..store.cases import Case
from .guard import actor


def reveal(case: Case, form: Any, about: Any = None) -> None:
    """Let this answer show what tells where someone is, on the page of `about`; the reason is written down.

    Raises as protection.reveal.
    """
    is_shown = protection.reveal(actor(), case, form.reason.data, form.sent_key, about)
    case.bar = case.bar._replace(is_masked=case.bar.is_masked and not is_shown)
