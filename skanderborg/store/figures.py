"""Figures of closed half-years, frozen: only what may be told of them is kept, and none of it points at anyone."""

import peewee

from .db import Table
from .fields import RefField, UtcField


class HalfYear(Table):
    """What a half-year came to. `body` is JSON (domain/figures): counts of which the small ones were left out before
    they were written, medians and shares. It is never counted anew."""

    ref = RefField(primary_key=True)
    name = peewee.CharField(max_length=6, unique=True)  # 2026-1
    body = peewee.TextField()
    at = UtcField()

    class Meta:
        table_name = "half_year"
