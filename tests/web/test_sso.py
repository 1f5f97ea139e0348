"""Signing in at the municipality's provider, over the pages."""

import pytest

from tests.conftest import Visitor
from tests.sso import asked, go


@pytest.fixture
def visitor(municipality, app):
    return Visitor(app)


def test_who_is_known_there_is_signed_in_here_and_goes_where_he_was(visitor, provider):
    answer = go(visitor, provider, "/log-ind/udbyder?naeste=/kontakter", roles=["resource-person"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kontakter")
    assert "Rikke" in visitor.get("/profil").text
    assert "skb-udbyder=;" in str(answer.headers.getlist("Set-Cookie"))


def test_what_is_asked_of_the_provider_is_a_code_with_proof_and_nonce(visitor, provider):
    sent = asked(visitor.client.get("/log-ind/udbyder"))

    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert sent["redirect_uri"] == "http://localhost/log-ind/udbyder/svar"
    assert sent["nonce"] != sent["state"]
    assert "prompt" not in sent


def test_without_a_provider_there_is_no_way_to_one(visit):
    assert visit(None).get("/log-ind/udbyder").status_code == 404
    assert "kommunens login" not in visit(None).get("/log-ind").text
