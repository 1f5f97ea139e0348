"""Indexes: each one is looked up by, and a row stands in it only where it can be found by it."""

import re
from collections import Counter

from skanderborg.store import db as database
from skanderborg.store.fields import Link
from skanderborg.store.schema import ALL_TABLES

OF_DATABASE = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgres": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
}


def declared():
    """Of each index: its table, columns, and of which rows it is."""
    for model in ALL_TABLES:
        for index in model._meta.fields_to_index():
            where = index._where and database.db.get_sql_context().sql(index._where).query()[0]
            yield model, [column.column_name for column in index._expressions], where


def test_no_index_only_begins_as_another_does(house):
    found = [(model, columns, where) for model, columns, where in declared()]
    found += [(model, [field.column_name for field in model._meta.get_primary_keys()], None) for model in ALL_TABLES]

    needless = [
        f"{model._meta.table_name}: {columns}"
        for model, columns, where in found
        for other, more, of in found
        if model is other and where == of and columns != more and columns == more[: len(columns)]
    ]

    assert needless == []


def test_a_row_that_refers_to_nothing_stands_in_no_index_of_references(house):
    links = {(model, field.column_name) for model in ALL_TABLES for field in model._meta.sorted_fields
             if isinstance(field, Link) and field.null}  # fmt: skip

    in_vain = [
        f"{model._meta.table_name}: {columns}"
        for model, columns, where in declared()
        if len(columns) == 1 and (model, columns[0]) in links and not where
    ]

    assert in_vain == []


def test_the_database_has_the_indexes_that_are_declared(house):
    stored = Counter()
    for table, sql in database.db.execute_sql(OF_DATABASE["postgres" if database.is_postgres() else "sqlite"]):
        names = re.findall(r'"?(\w+)"?(?:, |\))', re.search(r"\(([^()]*\))", sql)[1])
        stored[table.strip('"'), tuple(names), " WHERE " in sql] += 1

    for model, columns, where in declared():
        assert stored[model._meta.table_name, tuple(columns), bool(where)] >= 1, (model, columns)
