"""The contact card on its page: of the one whose name was pressed."""

from tests.made import department


def test_a_department_leads_to_each_ones_card(visit, cast):
    solveig = visit("solveig")

    team = solveig.get(f"/kolleger/i/{department('jobcenter').ref}").text
    card = solveig.get(f"/kolleger/{cast['jonas'].ref}").text

    assert f'<a href="/kolleger/{cast["jonas"].ref}">Jonas Jeppe</a>' in team
    assert "<h1>Jonas Jeppe</h1>" in card
    assert 'href="mailto:jonas@example.invalid"' in card
