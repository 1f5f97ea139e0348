"""The board and the flat list of tasks; filters are in the address."""

from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, request

from ..kinds import Box, Phase
from ..pages import board
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .guard import actor, asks

bp = Blueprint("board", __name__)
KEPT_BODIES = 16  # some 200 KB each with 50 cases
YES = "ja"
TICKS = ("mine", "afdeling", "overskredet", "uden-ansvarlig")  # in the order of board.BoardFilter


@bp.get("/tavle")
@asks(Action.BOARD_READ)
def show() -> Response:
    """Every open case that one sees, box by box."""
    wanted = _wanted()
    found = board.show(actor(), wanted)
    return answers.page_around(
        _body(tuple(found.rows)), "board/show.html", "tavle", board=found, **_filters(wanted, found.primary_contacts)
    )


@bp.get("/tavle/opgaver")
@asks(Action.BOARD_READ)
def tasks() -> Response:
    """All open tasks, the earliest deadline first."""
    wanted = _wanted()
    found = board.task_list(actor(), wanted, forms.page_number())
    return answers.page("board/tasks.html", "tavle", page=found, **_filters(wanted, found.primary_contacts))


@bp.get("/tavle/<ref>/<box>")
@asks(Action.CASE_READ, on=Case)
def box(ref: str, box: str) -> Response:
    """The tasks of one box of one case, with their buttons; the board's cell fetches them from here."""
    wanted = Box.of_slug(box) or abort(404)
    found = board.box(actor(), ref, wanted)
    return answers.page("board/box.html", "tavle", box=wanted, **found._asdict())


@lru_cache(maxsize=KEPT_BODIES)
def _body(rows: tuple[board.CaseRow, ...]) -> bytes:
    """The table's rows, the same for everyone whose board has just these."""
    return b"".join(map(_row, rows))


@lru_cache(maxsize=board.KEPT_ROWS)
def _row(row: board.CaseRow) -> bytes:
    """The row as HTML. An unchanged row is the same object, so that it is rendered once."""
    return answers.fragment("board/_row.html", row=row).encode()


def _wanted() -> board.BoardFilter:
    """The filter of the address; what is not understood asks for nothing."""
    mine, my_department, overdue, unowned = (request.args.get(name) == YES for name in TICKS)
    return board.BoardFilter(
        mine,
        my_department,
        overdue,
        unowned,
        phase=Phase.of_slug(request.args.get("fase")),
        primary_contact=request.args.get("tovholder") or None,
    )


def _filters(wanted: board.BoardFilter, primary_contacts: list[tuple[str, str]]) -> dict[str, Any]:
    """What the filter form wants; `asked`: what of the address was understood, to page and to change tab with."""
    ticks = zip(TICKS, wanted, strict=False)
    chosen = {"fase": wanted.phase.slug if wanted.phase else None, "tovholder": wanted.primary_contact}
    asked = {name: YES for name, is_on in ticks if is_on} | {name: value for name, value in chosen.items() if value}
    return {"wanted": wanted, "asked": asked, "primary_contacts": primary_contacts}
