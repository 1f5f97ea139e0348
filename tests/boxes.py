"""Where the words of a PDF stand, and the lines between its cells: measured in the file, as a reader draws it."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

SLACK = 0.5  # points: a sign may touch a line that it stands beside
UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
Matrix = tuple[float, ...]


class Run(NamedTuple):
    """Signs drawn in one stroke, on one line of text: from where to where, in points from the lower left corner."""

    page: int
    left: float
    right: float
    y: float


class Rule(NamedTuple):
    """A line drawn from top to bottom."""

    x: float
    low: float
    high: float


def outside_their_cells(pdf: bytes) -> list[Run]:
    """The runs that a rule between cells cuts through, or that leave the paper."""
    reader = PdfReader(io.BytesIO(pdf))
    return [run for number, page in enumerate(reader.pages, 1) for run in _outside(number, page)]


def _outside(number: int, page: PageObject) -> Iterator[Run]:
    pen = _Pen(number, page)
    assert pen.runs
    for run in pen.runs:
        rules = (rule.x for rule in pen.rules if rule.low <= run.y <= rule.high)
        is_cut = any(run.left + SLACK < x < run.right - SLACK for x in rules)
        if is_cut or run.left < 0 or run.right > float(page.mediabox.width):
            yield run


class _Pen:
    """Follows what is drawn on a page, by the operators of ISO 32000-2: its runs of text and its upright lines."""

    def __init__(self, number: int, page: PageObject):
        self.number, self.runs, self.rules = number, list[Run](), list[Rule]()
        self.fonts = {name: _Font(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        self.place, self.kept, self.path = UNMOVED, list[Matrix](), list[tuple[float, float]]()
        does = {b"q": self._keep, b"Q": self._return, b"cm": self._move, b"Tm": self._begin, b"Tf": self._choose,
                b"TJ": self._write, b"m": self._go, b"l": self._draw, b"S": self._stroke}  # fmt: skip
        for values, operator in ContentStream(page.get_contents(), page.pdf).operations:
            if operator == b"Tj":
                self._write([values])
            elif operator in does:
                does[operator](values)

    def _keep(self, _: Any) -> None:
        self.kept.append(self.place)

    def _return(self, _: Any) -> None:
        self.place = self.kept.pop()

    def _move(self, values: Any) -> None:
        self.place = _within(tuple(map(float, values)), self.place)

    def _begin(self, values: Any) -> None:
        self.text = tuple(map(float, values))

    def _choose(self, values: Any) -> None:
        self.font, self.size = self.fonts[values[0]], float(values[1])

    def _write(self, values: Any) -> None:
        place = _within(self.text, self.place)
        (left, y), (right, _) = (_moved((x, 0), place) for x in (0, self.font.width(values[0], self.size)))
        self.runs.append(Run(self.number, left, right, y))

    def _go(self, values: Any) -> None:
        self.path = [_moved(values, self.place)]

    def _draw(self, values: Any) -> None:
        self.path.append(_moved(values, self.place))

    def _stroke(self, _: Any) -> None:
        self.rules += _upright(self.path)


def _upright(path: list[tuple[float, float]]) -> Iterator[Rule]:
    for (x, y), (other_x, other_y) in pairwise(path):
        if abs(x - other_x) < SLACK:
            yield Rule(x, min(y, other_y), max(y, other_y))


def _within(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(point: Any, matrix: Matrix) -> tuple[float, float]:
    x, y = map(float, point)
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


class _Font:
    """The widths of a font's signs, in thousandths of its size, by their codes of two bytes."""

    def __init__(self, font: Any):
        inner = font["/DescendantFonts"][0].get_object()
        self.other = float(inner.get("/DW", 1000))
        self.widths = dict(_widths(list(inner["/W"])))

    def width(self, shown: Any, size: float) -> float:
        """How wide the codes of a run are with the gaps between them, in the text's own measure."""
        return sum(map(self._advance, shown)) / 1000 * size

    def _advance(self, one: Any) -> float:
        if isinstance(one, (int, float)):
            return -float(one)
        raw = one if isinstance(one, bytes) else one.original_bytes
        codes = (int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2))
        return sum(self.widths.get(code, self.other) for code in codes)


def _widths(listed: list[Any]) -> Iterator[tuple[int, float]]:
    """`first [w w w]` and `first last w`, as the file has them."""
    while listed:
        first, second = int(listed.pop(0)), listed.pop(0)
        if isinstance(second, list):
            yield from ((first + place, float(width)) for place, width in enumerate(second))
        else:
            width = float(listed.pop(0))
            yield from ((code, width) for code in range(first, int(second) + 1))
