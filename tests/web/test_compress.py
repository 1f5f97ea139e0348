"""Answers are sent compressed to who takes them so, and the token in them is masked."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from skanderborg.domain import form_tokens
from skanderborg.web import files
from tests.made import a_case, a_task

TAKES_IT = {"Accept-Encoding": "gzip"}
HEAVIEST_BYTES = 92_000  # 51,276 of them are fonts, 13,424 htmx


def test_a_page_is_compressed_for_who_takes_it(visit):
    rikke = visit("rikke")

    answer = rikke.client.get("/profil", headers=TAKES_IT)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Rikke Ravn" in gzip.decompress(answer.data).decode()


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        ("gzip", True), ("GZIP", True), ("gzip;q=0.5", True), ("br, gzip", True), ("*", True),
        ("gzip;q=0", False), ("gzip; q=0.000", False), ("*, gzip;q=0", False), ("*;q=0", False), ("br", False),
        ("", False), ("identity, gzip;q=0.5", False), ("identity;q=0.5, gzip;q=0.5", True), ("xgzip", False),
        ("gzip;q=0, identity", False), ("gzip;q=nul", False), ("deflate, *;q=0.1", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/profil", "/tavle", files.asset("css/look.css")])
def test_a_coding_that_is_not_wanted_is_not_used(visit, cast, path, said, is_taken):
    a_case(cast)

    answer = visit("solveig").client.get(path, headers={"Accept-Encoding": said})

    assert ("Content-Encoding" in answer.headers) is is_taken
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_board_is_the_same_compressed_with_what_is_kept_of_it(visit, cast):
    a_task(a_case(cast), assignee=cast["ulla"])
    solveig = visit("solveig")

    for _ in ("rendered", "kept"):
        plain = solveig.client.get("/tavle").data
        answer = solveig.client.get("/tavle", headers=TAKES_IT)

        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.content_length == len(answer.data)
        assert without_token(gzip.decompress(answer.data)) == without_token(plain)
        assert b"K7F3Q" in plain


def without_token(page: bytes) -> bytes:
    return re.sub(rb"[0-9a-f]{128}", b"", page)


def test_a_page_is_plain_for_who_does_not(visit):
    assert "Content-Encoding" not in visit("rikke").get("/profil").headers


def test_first_page_with_all_its_files_weighs_little(visit):
    stranger = visit(None)
    loaded: dict[str, bytes] = {}
    new = {"/log-ind"}

    while new:
        answers = {path: stranger.client.get(path, headers=TAKES_IT) for path in new}
        loaded |= {path: answer.data for path, answer in answers.items()}
        new = {urljoin(path, name) for path, answer in answers.items() for name in named_in(answer)} - loaded.keys()

    assert len([path for path in loaded if path.endswith(".woff2")]) == 3
    assert sum(map(len, loaded.values())) <= HEAVIEST_BYTES


def named_in(answer) -> list[str]:
    """The files that a page or a stylesheet has a browser load."""
    if answer.mimetype not in ("text/html", "text/css"):
        return []
    return re.findall(r'(?:src|href|url)[=(]"((?:/static|\.\.)/[^"#]+)', gzip.decompress(answer.data).decode())


def test_the_token_of_a_session_looks_new_on_each_page_and_is_good_each_time(visit):
    rikke = visit("rikke")
    rikke.get("/profil")
    first = rikke.token
    rikke.get("/profil")

    assert rikke.token != first
    rikke.token = first
    assert rikke.post("/session/forlaeng").status_code == 204


def test_a_token_that_is_none_is_refused(visit):
    rikke = visit("rikke")

    for odd in ("", "x", "00" * 64, "ff" * 31, "é"):
        rikke.token = odd or "-"
        assert rikke.post("/session/forlaeng").status_code == 403


def test_signed_out_the_token_is_no_secret(house):
    assert form_tokens.of_session(None) == form_tokens.of_session(None)
