"""Fast by shape: no page asks the database more than eight times, all told."""

from skanderborg.pages.insight import items
from tests.test_access import EXPECTED, READS, VIEWERS, path_of

MOST = 8
BY_TABLE = {"insight.one", "insight.preview"}  # all that stands on a case: a question for each table, none for each row
FROM_THE_LOG = {"insight.show": 9, "insight.uses_paper": 9, "insight.uses_table": 9}  # once in a while, for one citizen
NO_QUESTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT pg_advisory")


def who_may(row):
    return next((name for viewer, name in reversed(VIEWERS.items()) if row[viewer] == "ok"), None)


def test_no_page_asks_the_database_more_than_eight_times(app, world, signed_in, queries):
    asked = {}
    for endpoint in READS:
        path, row = path_of(app, endpoint, world, "GET"), EXPECTED[endpoint]
        if who_may(row) is None:
            continue
        visitor = signed_in(who_may(row))
        visitor.get(path)
        queries.clear()
        assert visitor.get(path).status_code in (200, 303), endpoint  # a page that fails asks little
        asked[endpoint] = len([sql for sql in queries if not sql.startswith(NO_QUESTION)])

    tables = len(items.KINDS) + MOST
    most = dict.fromkeys(BY_TABLE, tables) | FROM_THE_LOG
    assert {endpoint: count for endpoint, count in asked.items() if count > most.get(endpoint, MOST)} == {}
