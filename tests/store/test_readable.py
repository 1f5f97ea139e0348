"""What can be read of a case without its key is told, column by column, with why (docs/readable.md)."""

import ast
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


READ_WITH_ITS_SCOPE = {  # sealed columns that are read beside what names their key elsewhere in the query
    ("domain/cases/identity.py", "Order"), ("pages/case_facts.py", "Conclusion"), ("pages/finding.py", "Party"),
    ("pages/board/rows.py", "Party"),
}  # fmt: skip


def test_what_lies_under_a_seal_is_read_with_its_row_and_its_case():
    """A query that names columns must name the row and the case too, or nothing opens: the page would fail."""
    house = ROOT / "skanderborg"
    models = {model.__name__: model for model in schema.ALL_TABLES}
    bare = {
        (path.relative_to(house).as_posix(), name)
        for path in house.rglob("*.py") if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("select")
        for name, columns in columns_named(node, models).items()
        if not opens_with(models[name], columns)
    }  # fmt: skip

    assert bare == READ_WITH_ITS_SCOPE


def columns_named(call: ast.Call, models: dict) -> dict[str, set[str]]:
    """The columns that a select names, by model; not of one that it takes whole."""
    whole = {one.id for one in call.args if isinstance(one, ast.Name)}
    found: dict[str, set[str]] = {}
    for argument in call.args:
        for one in ast.walk(argument):
            if (
                isinstance(one, ast.Attribute)
                and isinstance(one.value, ast.Name)
                and one.value.id in models.keys() - whole
            ):
                found.setdefault(one.value.id, set()).add(one.attr)
    return found


def opens_with(model, columns: set[str]) -> bool:
    sealed = {name for name in columns if isinstance(model._meta.fields.get(name), SealedField)}
    return not sealed or {"ref", model.sealed_by or "ref"} <= columns


def test_nothing_is_sorted_or_reckoned_by_what_lies_under_a_seal():
    """A condition raises; an order by a ciphertext would only be a wrong one, another each time it is written."""
    by_value = {"order_by", "group_by", "distinct", "MAX", "MIN", "SUM", "AVG"}
    models = {model.__name__: model for model in schema.ALL_TABLES}
    sorted_by = [
        f"{path.name}: {ast.unparse(one)}"
        for path in (ROOT / "skanderborg").rglob("*.py") if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in by_value
        for argument in node.args
        for one in ast.walk(argument)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in models
        and isinstance(models[one.value.id]._meta.fields.get(one.attr), SealedField)
    ]  # fmt: skip

    assert sorted_by == []
