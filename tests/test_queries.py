"""Fast by shape: no page asks the database more than eight times, all told."""

from tests.test_access import EXPECTED, READS, VIEWERS, path_of

MOST = 8
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

    assert {endpoint: count for endpoint, count in asked.items() if count > MOST} == {}
