"""Tidslinje: what happened and what professionals did, in one order; the filter stands in the address."""

from typing import Any

from flask import Blueprint, Response, request

from ..domain import cases
from ..kinds import TimelineKind, TimelineOrder, TimelineSide
from ..pages import timeline
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .guard import actor, asks

bp = Blueprint("timeline", __name__)
FILTER = ("vis", "slags", "fra", "til", "orden")


class FilterForm(forms.Form):
    """What of the timeline to show."""

    vis = forms.select("Vis", choices=TimelineSide, default=TimelineSide.ALL)
    slags = forms.select("Slags", choices=[("", "Alle slags"), *TimelineKind])
    fra = forms.DateField("Fra", looks=forms.Looks.BACK)
    til = forms.DateField("Til og med", looks=forms.Looks.BACK, after="fra")
    orden = forms.select("Rækkefølge", choices=TimelineOrder, default=TimelineOrder.NEWEST)

    def wanted(self) -> timeline.TimelineFilter:
        """What is asked for; a field that is not understood asks for nothing, and says so."""
        asked = {name: None if self[name].errors else self[name].data for name in FILTER}
        side, order = asked["vis"] or TimelineSide.ALL, asked["orden"] or TimelineOrder.NEWEST
        return timeline.TimelineFilter(side, asked["slags"] or None, asked["fra"], asked["til"], order)


@bp.get("/sager/<ref>/tidslinje")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """One page of it."""
    case = cases.opened(actor(), ref, "timeline:list")
    form = FilterForm(request.args)
    status = 200 if form.validate() else 422
    page = timeline.of_case(actor(), case, form.wanted(), forms.page_number())
    context = {"heading": "Tidslinje", "tab": "tidslinje", "asked": _asked()}
    return answers.page("timeline/show.html", "sager", status, case=case, form=form, page=page, **context)


def _asked() -> dict[str, Any]:
    """The filter as the address has it, to page and to turn the order with."""
    return {name: value for name in FILTER if (value := request.args.get(name))}
