"""Every statement of the action card stands somewhere in config/, with its id as source."""

import re

import pytest

from skanderborg import content
from skanderborg.kinds import CitizenRole, TaskKind
from skanderborg.settings import CONFIG

STATEMENTS_OF_THE_CARD = 37
SOURCES = "\n".join(
    line for path in CONFIG.glob("*.toml") for line in path.read_text().splitlines() if line.startswith("source")
)


@pytest.mark.parametrize("number", range(1, STATEMENTS_OF_THE_CARD + 1))
def test_the_card_is_covered_line_by_line(number):
    assert re.search(rf"\bS0-{number:02}\b", SOURCES)


def test_the_card_stands_in_its_right_order():
    order = [part.id for part in content.guide().part]

    assert order == ["stalking", "suspicion", "sparring", "action", "further-action",
                     "own-options", "network", "departments", "referral"]  # fmt: skip


def test_an_exposed_citizen_is_always_referred_to_both():
    referred = {
        template.organisation
        for template in content.workflow().values()
        if CitizenRole.EXPOSED in template.roles and template.kind == TaskKind.REFERRAL and template.must
    }

    assert referred == {"dsc", "police"}


def test_a_perpetrator_gets_their_own_line_and_no_police_referral():
    referred = {
        template.organisation
        for template in content.workflow().values()
        if CitizenRole.PERPETRATOR in template.roles and template.kind == TaskKind.REFERRAL
    }

    assert referred == {"dsc-perpetrator"}


def test_the_two_numbers_of_dansk_stalking_center_are_never_mixed_up():
    contacts = content.contacts()

    assert (contacts["dsc"].phone, contacts["dsc-perpetrator"].phone) == ("25177374", "27604016")
    assert not set(contacts["dsc"].scope) & set(contacts["dsc-perpetrator"].scope)


@pytest.mark.parametrize("word", ["offer", "stalkeren", "stalkere ", "gerningsmand", "påstår"])
def test_nobody_is_called_what_the_product_never_says(word):
    texts = " ".join((CONFIG / name).read_text().lower() for name in ("guide.toml", "workflow.toml", "contacts.toml"))

    assert not re.search(rf"\b{word}", texts)


def test_the_cards_own_people_stand_in_the_contacts_only():
    names = [entry.name for entry in content.contacts().values() if "staff" in entry.scope]

    assert len(names) == 5
    for path in [*CONFIG.parent.glob("skanderborg/**/*.py"), *CONFIG.parent.glob("templates/**/*.html")]:
        assert not any(name in path.read_text() for name in names), path.name


@pytest.mark.parametrize("part", content.guide().part, ids=lambda part: part.id)
def test_every_part_of_the_card_has_its_button(part):
    assert part.button
    assert part.target
