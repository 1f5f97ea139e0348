"""Every statement of the five source documents stands somewhere in config/, with its id as source (D-17)."""

import re
import tomllib
from pathlib import Path

from skanderborg import content
from skanderborg.kinds import CitizenRole, TaskKind
from skanderborg.settings import CONFIG

STATEMENTS = tomllib.loads((Path(__file__).parent / "seed_items.toml").read_text())
GUIDE = content.guide()
COVERING = [  # what may cover a statement: its id, and where it says it comes from
    *((part.id, part.source) for part in GUIDE.part),
    *((question.text, question.source) for question in GUIDE.question),
    *((str(one.conclusion), one.source) for one in GUIDE.distinction),
    *((template.id, template.source) for template in content.workflow().values()),
    *((entry.key, entry.source) for entry in content.contacts().values()),
    *((piece.id, ", ".join(piece.sources)) for piece in content.pieces().values()),
]
COVERED = {one for _, source in COVERING for one in re.findall(r"\bS\d-\d\d\b", source)}


def test_the_five_documents_have_256_statements():
    assert len(STATEMENTS) == 256


def test_every_statement_is_covered():
    assert {number: said for number, said in STATEMENTS.items() if number not in COVERED} == {}


def test_what_covers_says_where_it_comes_from_and_names_no_statement_that_is_not_there():
    odd = [name for name, source in COVERING if not source or set(re.findall(r"S\d-\w+", source)) - STATEMENTS.keys()]

    assert odd == []


def test_the_card_stands_in_its_right_order():
    """D-01."""
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


NEVER_SAID = ["offer(?!rådgivning)", "ofre", "stalker", "gerningsmand", "påstår", "nemid"]


def test_nobody_is_called_what_the_product_never_says():
    """Offerrådgivning is the name of a service; NemID has become MitID."""
    said = [
        f"{path.name}: {line.strip()}"
        for path in CONFIG.rglob("*.toml")
        for line in path.read_text().lower().splitlines()
        if not line.startswith("#") and re.search(rf"\b({'|'.join(NEVER_SAID)})", line)
    ]

    assert said == []


def test_the_cards_own_people_stand_in_the_contacts_only():
    names = [entry.name for entry in content.contacts().values() if "staff" in entry.scope]

    assert len(names) == 5
    for path in [*CONFIG.parent.glob("skanderborg/**/*.py"), *CONFIG.parent.glob("templates/**/*.html")]:
        assert not any(name in path.read_text() for name in names), path.name


def test_every_part_of_the_card_leads_on_whoever_looks():
    for reader in ("has-cases", "no-cases"):
        silent = [part.id for part in GUIDE.part if not {"everyone", reader} & {one.who for one in part.buttons}]
        assert silent == [], reader


def test_the_card_says_for_whom_it_is_and_safety_before_a_no():
    """A no can make it more dangerous (S4-10); who is referred to whom depends on which side the citizen is on."""
    said = {part.id: "\n".join(part.text) for part in GUIDE.part}

    for part in ("action", "own-options", "referral"):
        assert "*Er borgeren udsat:*" in said[part], part
        assert "*Er borgeren udøver:*" in said[part], part
    assert said["own-options"].startswith("*Vurdér sikkerheden først.*")
    assert "*Er borgeren udsat:* henvis altid til både Dansk Stalking Center og den lokale politi" in said["referral"]
    assert "linje for udøvere" in said["referral"].partition("*Er borgeren udøver:*")[2]
