"""The board and the flat list of tasks; filters are in the address."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import escape

from ..danish import signs
from ..kinds import Box, Phase
from ..pages import board
from ..pages.board import meetings
from ..policy import Action, may
from ..store.cases import Case
from . import answers, forms
from .guard import actor, asks

bp = Blueprint("board", __name__)
YES = "ja"
# The ticks of an address, and what each is in board.BoardFilter.
TICKS = {
    "mine": "mine",
    "afdeling": "my_department",
    "overskredet": "overdue",
    "uden-ansvarlig": "unowned",
    "venter": "waiting",
    "moede": "meetings",
    "mistanke": "untaken",
}
INITIALS = b"<!--initials-->"  # where they go into a kept row; no typed text can look so, since it is escaped


class Tile(NamedTuple):
    """A count above the board, which is a filter too."""

    name: str  # in the address
    number: int
    words: str
    there: str
    is_on: bool


@bp.get("/tavle")
@asks(Action.BOARD_READ)
def show() -> Response:
    """Every open case that one sees, box by box."""
    wanted = _wanted()
    found = board.show(actor(), wanted, forms.page_number())
    filters = _filters(wanted, found.primary_contacts)
    tiles = _tiles(found.counts, wanted, filters["asked"])
    return answers.page_around(
        _body(zip(found.rows, found.initials, strict=True)), "board/show.html", "tavle",
        board=found, tiles=tiles, called=", ".join(tile.words for tile in tiles if tile.is_on), **filters,
    )  # fmt: skip


@bp.get("/tavle/opgaver")
@asks(Action.BOARD_READ)
def tasks() -> Response:
    """All open tasks, the earliest deadline first."""
    wanted = _wanted()
    found = board.task_list(actor(), wanted, forms.page_number())
    return answers.page("board/tasks.html", "tavle", page=found, **_filters(wanted, found.primary_contacts))


@bp.get("/tavle/moeder")
@asks(Action.BOARD_READ)
def agreed() -> Response:
    """The meetings of a week, or all that are to come."""
    if request.args.get("vis") == "liste":
        page = meetings.ahead(actor(), forms.page_number())
        return answers.page("board/meetings.html", "tavle", week=None, page=page)
    week = meetings.week(actor(), request.args.get("uge", ""))
    return answers.page("board/meetings.html", "tavle", week=week, page=None)


@bp.get("/tavle/<ref>/<box>")
@asks(Action.CASE_READ, on=Case)
def box(ref: str, box: str) -> Response:
    """The tasks of one box of one case, with their buttons; the board's cell fetches them from here."""
    wanted = Box.of_slug(box) or abort(404)
    found = board.box(actor(), ref, wanted)
    return answers.page("board/box.html", "tavle", box=wanted, **found._asdict())


def _body(rows: Iterable[tuple[board.CaseRow, str]]) -> bytes:
    """The table's rows: each as it is kept for everyone who sees it, around the citizen's initials."""
    return b"".join(piece for row, initials in rows for piece in (_row(row)[0], _shown(initials), _row(row)[1]))


def _shown(initials: str) -> bytes:
    return escape(signs.visible(initials)).encode()


@lru_cache(maxsize=board.KEPT_ROWS)
def _row(row: board.CaseRow) -> tuple[bytes, bytes]:
    """The row as HTML, before and after the initials. An unchanged row is the same object, so that it is rendered
    once."""
    before, after = answers.fragment("board/_row.html", row=row).encode().split(INITIALS)
    return before, after


def _wanted() -> board.BoardFilter:
    """The filter of the address; what is not understood asks for nothing."""
    ticks = {field: request.args.get(name) == YES for name, field in TICKS.items()}
    return board.BoardFilter(
        **ticks, phase=Phase.of_slug(request.args.get("fase")), primary_contact=request.args.get("tovholder") or None
    )


def _filters(wanted: board.BoardFilter, primary_contacts: list[tuple[str, str]]) -> dict[str, Any]:
    """What the filter form wants; `asked`: what of the address was understood, to page and to change tab with."""
    chosen = {"fase": wanted.phase.slug if wanted.phase else None, "tovholder": wanted.primary_contact}
    asked = {name: YES for name, field in TICKS.items() if getattr(wanted, field)}
    return {
        "wanted": wanted,
        "asked": asked | {name: value for name, value in chosen.items() if value},
        "primary_contacts": primary_contacts,
    }


def _tiles(counts: board.Counts, wanted: board.BoardFilter, asked: dict[str, Any]) -> list[Tile]:
    """What is counted, each with where its filter leads, or where all are shown again; suspicions that nobody has taken
    only for who takes them, or where there are some."""
    said = {
        "overskredet": (counts.overdue, "over fristen"),
        "uden-ansvarlig": (counts.unowned, "uden ansvarlig"),
        "venter": (counts.waiting, "venter på svar"),
        "moede": (counts.meetings, "møde i denne uge" if counts.meetings == 1 else "møder i denne uge"),
        "mistanke": (counts.untaken, f"mistanke{'r' * (counts.untaken != 1)}, ingen har taget"),
    }
    if not counts.untaken and not wanted.untaken and not may(actor(), Action.SUSPICION_LIST):
        del said["mistanke"]
    return [_tile(name, *one, asked) for name, one in said.items()]


def _tile(name: str, number: int, words: str, asked: dict[str, Any]) -> Tile:
    others = {key: value for key, value in asked.items() if key != name}
    is_on = name in asked
    return Tile(name, number, words, url_for("board.show", **(others if is_on else others | {name: YES})), is_on)
