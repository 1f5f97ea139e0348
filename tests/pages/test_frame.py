"""What the frame of every page asks; on SQLite, whose plans can be read."""

from datetime import timedelta

import pytest

from skanderborg.pages import frame
from skanderborg.store.db import db


@pytest.fixture
def database_url(sqlite_database):
    return sqlite_database


def test_no_page_walks_through_all_cases_that_its_reader_ever_had(cast, queries):
    """With an archive of 20,000 cases each page took eleven times as long."""
    frame.around(cast["rikke"], "/tavle", timedelta(minutes=30))
    [asked] = queries

    plan = [step[3] for step in db.execute_sql(f"EXPLAIN QUERY PLAN {asked}", [None] * asked.count("?"))]

    assert any("relation_now " in step for step in plan)
    assert not any("relation_now_person" in step for step in plan)
