"""Addresses of scripts and styles: each version has its own, and keeps only what is its own."""

import pytest

from skanderborg.web import files


def test_a_file_is_kept_for_a_year_under_the_mark_of_what_lies_there(visit):
    for path in ("css/look.css", "js/app.js", "icons.svg"):
        assert "immutable" in visit(None).get(files.asset(path)).headers["Cache-Control"]


@pytest.mark.parametrize("path", ["css/look.css", "js/app.js"])
def test_a_page_of_another_version_gets_a_file_that_is_not_kept_as_that_versions(visit, path):
    answer = visit(None).get(f"/static/000000000000/{path}")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] in ("no-cache", "no-store")


def test_whatever_changes_among_the_files_changes_every_address(tmp_path, monkeypatch):
    (tmp_path / "a.js").write_text("1")
    monkeypatch.setattr(files, "STATIC", tmp_path)
    monkeypatch.setattr(files, "_mark", files._mark.__wrapped__)
    address = files.asset.__wrapped__  # nothing is remembered here
    first = address("a.js")

    (tmp_path / "b.js").write_text("2")

    assert address("a.js") != first


def test_what_is_not_there_has_no_address():
    with pytest.raises(FileNotFoundError):
        files.asset("js/findes-ikke.js")
