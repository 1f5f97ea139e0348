"""Another municipality's house is configuration only: its name, people, departments, police and colour."""

import tomllib

import pytest

from skanderborg import content, create_app, settings
from skanderborg.content import houses
from skanderborg.settings import SettingError

OURS = ("Skanderborg", "Sydøstjyllands", "76281448", "87947", "20315268", "Vejle", "Horsens")


@pytest.fixture(autouse=True)
def _ours_again():
    yield
    content.keep_in("")


@pytest.fixture
def nordby(tmp_path):
    folder = tmp_path / "nordby"
    houses.write(folder, "Nordby Kommune", houses.starting_contacts(content.file_contacts().values(), "Nordby Politi"))
    return folder


def test_what_it_begins_with_names_nobody_here_and_has_what_is_the_same_everywhere(nordby):
    text = "".join(path.read_text("utf-8") for path in nordby.iterdir())
    content.keep_in(str(nordby))

    assert [word for word in OURS if word in text] == []
    assert {"alarm", "dsc", "dsc-perpetrator", "police", "police-sparring"} <= content.contacts().keys()
    assert content.contacts()["police-sparring"].name == "Nordby Politi"
    assert {"Jobcenter", "Børn og Unge", "Borgerservice"} == {one.name for one in content.departments()}
    content.check()


def test_its_pages_say_whose_they_are_in_its_colour(nordby, tmp_path, keys_file):
    own = nordby / "settings.toml"
    own.write_text(own.read_text("utf-8").replace("# colour", "colour").replace("#004d99", "#7a1f5c"), "utf-8")
    environ = {"SKB_ENV": "test", "SKB_DATA_DIR": str(tmp_path / "data"), "SKB_KEYS_FILE": str(keys_file),
               "SKB_CONFIG_FILE": str(own)}  # fmt: skip

    read = settings.load(environ)

    assert tomllib.loads(own.read_text("utf-8"))["municipality"] == "Nordby Kommune"
    assert (read.defaults.municipality, read.defaults.content_folder) == ("Nordby Kommune", str(nordby))
    assert "#7a1f5c" in houses.look(read.defaults.colour)
    assert create_app(read).config["SKB"].defaults.colour == "#7a1f5c"


@pytest.mark.parametrize("colour", ["#ffee00", "#000000x", "blue", "#fff", "javascript:", "#zzzzzz", "#000000"])
def test_a_colour_that_cannot_be_read_stops_the_start(colour):
    with pytest.raises(SettingError, match="colour"):
        houses.refuse_unreadable(colour)


def test_a_folder_that_is_filled_is_left_as_it_is(nordby):
    with pytest.raises(FileExistsError):
        houses.write(nordby, "Sydby", [])

    assert "Nordby" in (nordby / "settings.toml").read_text("utf-8")
