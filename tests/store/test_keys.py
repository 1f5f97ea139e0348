"""The key ring: it fits the database that was made with it, and no other."""

import json

import pytest
from msgspec.structs import replace

from skanderborg import setup
from skanderborg.domain import health, ticks
from skanderborg.settings import SettingError
from skanderborg.store import keys
from tests.servers import free_port


@pytest.fixture
def other_ring(settings, tmp_path):
    """Settings that name the keys of another house; the right ring is open again afterwards."""
    keys.create_ring(tmp_path / "other" / "keys.json")
    yield replace(settings, keys_file=tmp_path / "other" / "keys.json", port=free_port())
    keys.open_ring(settings.keys_file)


def test_neither_web_nor_worker_starts_with_the_keys_of_another_database(app, other_ring):
    for start in (setup.ready_or_stop, ticks.prepare):
        with pytest.raises(SettingError, match="nøglerne hører ikke til databasen"):
            start(other_ring)


def test_who_watches_the_house_is_told_of_keys_that_open_nothing(house, settings, other_ring):
    before = health.checks(settings)["keys"]
    keys.open_ring(other_ring.keys_file)

    assert (before, health.checks(settings)["keys"]) == ({"ok": True}, {"ok": False})


def test_no_new_keys_are_made_for_a_database_whose_keys_are_gone(app, settings, tmp_path):
    gone = replace(settings, keys_file=tmp_path / "gone" / "keys.json")

    with pytest.raises(SettingError, match="Læg den tilbage"):
        list(setup.init(gone))

    assert not gone.keys_file.exists()


@pytest.mark.parametrize("damage", ["no ring", "a key cut short", "a key that is none"])
def test_a_damaged_key_file_is_named(other_ring, damage):
    text = json.loads(other_ring.keys_file.read_text())
    wrong = {"no ring": {}, "a key cut short": text | {"audit": text["audit"][:9]},
             "a key that is none": text | {"masters": {"m1": "ikke en nøgle"}}}  # fmt: skip
    other_ring.keys_file.write_text(json.dumps(wrong[damage]))

    with pytest.raises(SettingError, match="filen er ikke en nøglering"):
        keys.open_ring(other_ring.keys_file)
