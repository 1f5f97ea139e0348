"""Long lists, a page at a time. What is read is one row longer than what is shown: so it is known whether more follows,
and nobody counts but where it is printed."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import peewee

from . import rules

Row = TypeVar("Row")


class Page(NamedTuple):
    """Some rows of a longer list; `number` from 1, `total` rows in all, None where nobody counted."""

    rows: list[Any]
    number: int
    has_more: bool
    total: int | None = None

    @property
    def pages(self) -> int | None:
        """How many pages the list has, if it was counted."""
        return None if self.total is None else max(1, -(-self.total // rows_a_page()))


def paged(query: peewee.ModelSelect, number: int) -> Page:
    """One page of the rows of a query that says their order."""
    return cut(list(window(query, number)), number)


def counted(query: peewee.ModelSelect, number: int) -> Page:
    """The same, and how many rows there are in all, which costs a query where they are more than a page."""
    page = paged(query, number)
    is_whole = page.number == 1 and not page.has_more
    return page._replace(total=len(page.rows) if is_whole else query.order_by().count())


def window(query: peewee.ModelSelect, number: int) -> peewee.ModelSelect:
    """The query for one page's rows and the one after them; `cut` makes a page of what it finds."""
    return query.limit(rows_a_page() + 1).offset(before(number))


def cut(found: list[Any], number: int) -> Page:
    """The page of the rows that `window` found."""
    return Page(found[: rows_a_page()], number, len(found) > rows_a_page())


def part_of(whole: Sequence[Any], number: int) -> Page:
    """One page of a list that is all there."""
    return cut(list(whole[before(number) : before(number + 1) + 1]), number)._replace(total=len(whole))


def newest_first(rows: Iterable[Row], *names: str) -> list[Row]:
    """All rows of a short list by their days, the latest first, and those of one day by the next of the `names`: what
    lies under a seal no query can sort."""
    return sorted(rows, key=attrgetter(*names), reverse=True)


def before(number: int) -> int:
    """How many rows stand on the pages before this one."""
    return (number - 1) * rows_a_page()


def rows_a_page() -> int:
    """How many rows a page holds."""
    return rules.current().rows_a_page
