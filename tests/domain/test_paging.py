"""A long list a page at a time: every row once, and whether more follows."""

import pytest

from skanderborg.domain import paging
from skanderborg.store.people import Department


@pytest.fixture
def two_a_page(cast, bounds):
    bounds(rows_a_page=2)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [([], [([], False)]), ([1, 2], [([1, 2], False)]), ([1, 2, 3], [([1, 2], True), ([3], False)])],
    ids=["none", "just-one-page", "one-more"],
)
def test_a_list_that_is_all_there_is_shown_a_page_at_a_time(two_a_page, rows, expected):
    shown = [paging.part_of(rows, number) for number in range(1, len(expected) + 1)]

    assert [(page.rows, page.has_more) for page in shown] == expected
    assert [page.number for page in shown] == list(range(1, len(expected) + 1))


def test_every_row_of_a_query_is_on_one_page(two_a_page):
    departments = list(Department.select().order_by(Department.key))

    pages = [paging.paged(Department.select().order_by(Department.key), number) for number in range(1, 30)]

    assert [row for page in pages for row in page.rows] == departments
    assert sum(page.has_more for page in pages) == -(-len(departments) // 2) - 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_list_that_is_printed_says_how_many_rows_it_has(two_a_page, number):
    query = Department.select().order_by(Department.key)
    many = query.count()

    page = paging.counted(query, number)

    assert (page.total, page.pages) == (many, -(-many // 2))


def test_a_list_of_one_page_is_counted_without_asking(two_a_page, queries):
    one = Department.select().where(Department.key == Department.get().key)
    queries.clear()

    page = paging.counted(one, 1)

    assert (page.total, page.pages) == (1, 1)
    assert len(queries) == 1
