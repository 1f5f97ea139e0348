"""A database that is yet to be upgraded, read by the tables and columns that it has."""

import peewee

from .db import Table, db


def as_there(model: type[Table]) -> peewee.ModelSelect:
    """The rows of a table with the columns that the open database has of it, and none where it lacks the table."""
    if not model.table_exists():
        return model.noop()
    there = db.execute_sql(f'SELECT * FROM "{model._meta.table_name}" LIMIT 0')  # noqa: S608 one of our own tables
    columns = {column[0] for column in there.description}
    return model.select(*(field for field in model._meta.sorted_fields if field.column_name in columns))
