"""The directory: who is for whom, open or closed, checked or not, found, and changed with history (D-18)."""

from datetime import date, datetime

import pytest

from skanderborg import content
from skanderborg.domain import contacts, editions, referrals
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound, TooLate
from skanderborg.pages import guide
from skanderborg.store.editions import Edition
from skanderborg.store.events import Event
from tests.made import a_case, opened

TYPED = {
    "name": "Krisecenter Prøve", "group": "organisations", "scope": ["exposed"], "phone": "86 00 00 01",
    "hours": "man-fre 9-15\nlør 10-12",
}  # fmt: skip


def as_typed(key: str, **changed: object) -> dict:
    """A contact as its form would send it, some fields changed."""
    body = editions.plain(content.contacts()[key])
    return {
        **{name: value for name, value in body.items() if name not in ("key", "source")},
        "hours": "\n".join(body["hours"]), "verified_on": content.contacts()[key].verified_on, **changed,
    }  # fmt: skip


def elsewhere() -> None:
    """What another process finds at its next page."""
    editions.refresh()


@pytest.fixture
def admin(cast):
    return cast["admin"]


@pytest.fixture
def added(admin):
    made = contacts.add(admin, TYPED)
    elsewhere()
    return made.key


def test_a_changed_number_is_in_force_everywhere_at_once(cast, admin):
    """D-18."""
    case = opened(cast["solveig"], a_case(cast))

    contacts.change(admin, "dsc", as_typed("dsc", phone="+45 86 00 00 02"), 0)
    elsewhere()

    assert content.contacts()["dsc"].phone == "86000002"
    assert "86000002" in [entry.phone for entry in referrals.organisations(case)]
    piece = next(piece for piece in content.pieces().values() if "dsc" in piece.contacts and not piece.role)
    assert "86000002" in [entry.phone for entry in guide.contacts(piece)]


def test_a_process_that_has_read_every_edition_asks_nothing_more(admin, added, queries):
    queries.clear()

    editions.refresh(1)

    assert queries == []


def test_a_new_contact_is_found_under_its_heading(added):
    groups = {group.group: group.entries for group in contacts.grouped(contacts.everyone())}

    assert added in [entry.key for entry in groups["organisations"]]


def test_a_form_sent_twice_adds_one_contact(admin):
    first, second = (contacts.add(admin, TYPED, key="k") for _ in range(2))

    assert first == second
    assert Edition.select().count() == 1


@pytest.mark.parametrize("typed", ["2517 7374", "25 17 73 74", "25177374", "+45 25 17 73 74", "0045 25177374", "2517"])
def test_a_number_is_found_however_it_is_spaced(house, typed):
    assert [entry.key for entry in contacts.search(typed)] == ["dsc"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("soenderskov", "rp-ungeenheden"), ("VIBEKE sønd", "rp-ungeenheden"), ("vejle", "vejle"), ("ssp", "rp-ssp"),
     ("112", "alarm"), ("udøvere", "dsc-perpetrator")],
)  # fmt: skip
def test_a_name_is_found_by_its_beginning_and_without_danish_letters(house, typed, found):
    assert found in [entry.key for entry in contacts.search(typed)]


@pytest.mark.parametrize("typed", ["rabarber", "99 99 99 99", "«»", "11 22"])
def test_nothing_is_found_where_nothing_fits(house, typed):
    assert contacts.search(typed) == []


def test_vejles_line_is_closed_on_a_saturday_and_open_in_its_hours(house, clock):
    vejle = content.contacts()["vejle"]
    on_friday = contacts.hours(vejle)

    clock.move_to(datetime(2026, 11, 21, 9, 0))

    assert on_friday == ("Mandag–fredag kl. 8.30–11.00", True)
    assert contacts.hours(vejle) == ("Mandag–fredag kl. 8.30–11.00", False)


def test_nothing_is_said_of_hours_that_nobody_knows(house):
    assert contacts.hours(content.contacts()["dsc"]) is None


def test_a_contact_is_marked_six_months_after_it_was_checked(admin, clock):
    contacts.verify(admin, "dsc", 0)
    elsewhere()
    today = contacts.checked(content.contacts()["dsc"])
    clock.move_to(datetime(2027, 5, 19, 9, 0))
    before = contacts.checked(content.contacts()["dsc"])
    clock.move_to(datetime(2027, 5, 20, 9, 0))
    after = contacts.checked(content.contacts()["dsc"])

    assert today == ("Senest kontrolleret 20. nov. 2026", False)
    assert (before.is_old, after.is_old) == (False, True)


def test_what_was_never_checked_is_marked(house):
    assert contacts.checked(content.contacts()["police"]) == ("Aldrig kontrolleret", True)


def test_whom_a_contact_is_for_is_said_in_words(house):
    said = {key: contacts.scope(content.contacts()[key]) for key in ("dsc", "dsc-perpetrator", "vejle", "alarm")}

    assert said == {
        "dsc": "Til udsatte · Sparring til fagpersoner", "dsc-perpetrator": "Til udøvere",
        "vejle": "Kun for borgere i Vejle Kommune", "alarm": "Til alle",
    }  # fmt: skip


def test_nobody_of_ours_is_referred_to_another_municipality(cast):
    offered = {
        entry.key
        for code, role in (("AAAAA", "exposed"), ("BBBBB", "perpetrator"), ("CCCCC", "unknown"))
        for entry in referrals.organisations(a_case(cast, code, citizen_role=role))
    }

    assert not offered & {"vejle", "horsens"}


def test_history_tells_who_changed_what_and_when(admin):
    contacts.change(admin, "dsc", as_typed("dsc", phone="86000002"), 0)

    newest, original = contacts.history(admin, "dsc")

    assert (newest.number, newest.by, newest.changes) == (
        1,
        "Anders Administrator",
        [("Telefon", "25177374", "86000002")],
    )
    assert (original.number, original.by) == (0, None)


def test_an_earlier_edition_is_restored_as_a_new_one(admin):
    contacts.change(admin, "dsc", as_typed("dsc", phone="86000002"), 0)

    contacts.restore(admin, "dsc", 0, 1)
    elsewhere()

    assert content.contacts()["dsc"].phone == "25177374"
    assert [version.number for version in contacts.history(admin, "dsc")] == [2, 1, 0]


def test_who_saw_an_earlier_edition_is_told_and_shown_what_stands_there(admin):
    contacts.change(admin, "dsc", as_typed("dsc", phone="86000002"), 0)

    with pytest.raises(Conflict) as refused:
        contacts.change(admin, "dsc", as_typed("dsc", note="Ny"), 0)

    assert (refused.value.theirs.version, refused.value.theirs.body["phone"]) == (1, "86000002")


def test_an_edition_that_never_was_cannot_be_changed(admin):
    with pytest.raises(Conflict):
        contacts.change(admin, "dsc", as_typed("dsc", note="Ny"), 5)


def test_a_contact_out_of_use_is_shown_nowhere_and_keeps_its_name(admin, added):
    contacts.retire(admin, added, 1)
    elsewhere()

    assert added not in content.contacts()
    assert content.contact_name(added) == "Krisecenter Prøve"
    assert contacts.out_of_use(admin) == [(added, "Krisecenter Prøve")]
    with pytest.raises(NotFound):
        contacts.get(admin, added)


def test_a_contact_out_of_use_is_restored(admin, added):
    contacts.retire(admin, added, 1)

    contacts.restore(admin, added, 1, 2)
    elsewhere()

    assert content.contacts()[added].phone == "86000001"


def test_who_changes_what_was_taken_out_of_use_is_told(admin, added):
    typed = as_typed(added, note="Ny")
    contacts.retire(admin, added, 1)

    with pytest.raises(TooLate):
        contacts.change(admin, added, typed, 1)


@pytest.mark.parametrize("key", ["dsc", "dsc-perpetrator", "police"])
def test_what_the_workflow_refers_to_is_not_taken_out_of_use(admin, key):
    with pytest.raises(Invalid, match="henviser til den"):
        contacts.retire(admin, key, 0)


@pytest.mark.parametrize(
    ("key", "wrong", "field"),
    [
        ("dsc", {"phone": "12 34 56 78"}, "phone"),
        ("dsc", {"phone": "25 17 73 7"}, "phone"),
        ("dsc", {"phone": "+49 25177374"}, "phone"),
        ("dsc", {"phone": "ring"}, "phone"),
        ("dsc", {"email": "ingen"}, "email"),
        ("dsc", {"web": "https://eksempel"}, "web"),
        ("dsc", {"hours": "man-fre 9-15\nen gang imellem"}, "hours"),
        ("dsc", {"verified_on": date(2026, 11, 21)}, "verified_on"),
        ("dsc", {"scope": []}, "scope"),
        ("dsc", {"refer": False}, "refer"),
        ("dsc", {"scope": ["professionals"]}, "refer"),
        ("dsc", {"scope": ["exposed", "perpetrator"]}, "scope"),
        ("dsc-perpetrator", {"scope": ["exposed", "perpetrator"]}, "scope"),
        ("dsc", {"note": "Eller ring 27 60 40 16"}, "note"),
        ("dsc", {"phone": "27604016"}, "phone"),
        ("vejle", {"phone": "25177374"}, "phone"),
        ("vejle", {"scope": ["other-municipality", "exposed"]}, "scope"),
        ("vejle", {"refer": True}, "scope"),
        ("vejle", {"municipality": None}, "municipality"),
        ("vejle", {"group": "organisations"}, "group"),
        ("lev-uden-vold", {"municipality": "Vejle Kommune"}, "municipality"),
        ("rp-ssp", {"refer": True}, "refer"),
        ("rp-ssp", {"phone": None}, "phone"),
    ],
)
def test_what_cannot_be_right_is_told_at_its_field(admin, key, wrong, field):
    with pytest.raises(Invalid) as refused:
        contacts.change(admin, key, as_typed(key, **wrong), 0)

    assert refused.value.field == field
    assert Edition.select().count() == 0


def test_every_change_is_written_down(admin, added):
    contacts.verify(admin, added, 1)
    contacts.retire(admin, added, 2)

    written = Event.select().where(Event.action.startswith("contact:")).order_by(Event.id)
    assert [(event.action, event.actor) for event in written] == [
        (f"contact:{done}", admin.ref) for done in ("added", "verified", "retired")
    ]


@pytest.mark.parametrize("name", ["solveig", "rikke", "lars", "dorte"])
def test_only_an_administrator_changes_contacts(cast, name):
    with pytest.raises(NotAllowed):
        contacts.change(cast[name], "dsc", as_typed("dsc", phone="86000002"), 0)
    with pytest.raises(NotAllowed):
        contacts.history(cast[name], "dsc")


def test_an_edition_that_cannot_be_read_leaves_what_the_file_says(admin):
    contacts.change(admin, "dsc", as_typed("dsc", phone="86000002"), 0)
    Edition.update(body='{"name": 1}').execute()

    elsewhere()

    assert content.contacts()["dsc"].phone == "25177374"
