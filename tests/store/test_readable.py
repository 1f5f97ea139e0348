"""What can be read of a case without its key is told, column by column, with why (docs/readable.md)."""

import re

import pytest

from skanderborg.settings import ROOT
from skanderborg.store import owned, schema
from skanderborg.store.plans import ChildReport
from skanderborg.store.record import RiskRecord
from skanderborg.store.sealed import SealedField

TEXT = (ROOT / "docs/readable.md").read_text(encoding="utf-8")
WORD = re.compile(r"`(\w+)`")
EVERYWHERE = set(WORD.findall(TEXT.partition("## In every table")[2].partition("\n## ")[0]))
NAMED = {
    table: set(WORD.findall(lines))
    for table, lines in re.findall(r"^### `(\w+)`\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL)
}


def readable(model) -> set[str]:
    return {name for name, field in model._meta.fields.items() if not isinstance(field, SealedField)}


def test_every_column_that_can_be_read_without_a_key_is_told():
    tables = {model._meta.table_name: model for model in schema.ALL_TABLES}

    untold = {f"{name}.{column}" for name, model in tables.items() if name in NAMED or name not in owned.KEPT
              for column in readable(model) - EVERYWHERE - NAMED.get(name, set())}  # fmt: skip
    gone = {f"{name}.{column}" for name, columns in NAMED.items()
            for column in columns - (readable(tables[name]) if name in tables else set())}  # fmt: skip

    assert (untold, gone) == (set(), set())


@pytest.mark.parametrize("field", [RiskRecord.level, ChildReport.sent_on])
def test_a_query_that_asks_for_what_is_sealed_is_refused_instead_of_finding_nothing(field, db):
    with pytest.raises(TypeError, match="sealed"):
        field.model.select().where(field == "2026-11-20").sql()
