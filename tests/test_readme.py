"""The README's two commands do what it says."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from skanderborg import examples
from tests.servers import free_port, wait_until

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def settings(folder: Path) -> dict[str, str]:
    port, mail = free_port(), free_port()
    return {name: value for name, value in os.environ.items() if not name.startswith("SKB_")} | {
        "SKB_DATA_DIR": str(folder / "data"), "SKB_PORT": str(port), "SKB_SMTP_URL": f"smtp://127.0.0.1:{mail}",
    }  # fmt: skip


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    """What `make run` runs once everything is installed."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "dev"], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def answers(env: dict[str, str]) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{env['SKB_PORT']}/healthz", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def stop(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=30)[0]


class Browser:
    """A client that keeps its cookie."""

    def __init__(self, env: dict[str, str]):
        self.address = f"http://127.0.0.1:{env['SKB_PORT']}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.read("/log-ind", username="rikke", password=examples.PASSWORD)

    def read(self, path: str, **fields: str) -> str:
        body = urlencode(fields).encode() if fields else None
        return self.opener.open(self.address + path, body).read().decode()


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The first start on an empty folder, what was seen, a second one on the same folder, and how both ended."""
    env = settings(tmp_path_factory.mktemp("dev"))
    process = start(env)
    wait_until(lambda: answers(env), "the web server does not answer", 60)
    rikke = Browser(env)
    seen = {"env": env, "board": rikke.read("/tavle"), "mail": rikke.read("/dev/mail"), "cases": rikke.read("/sager")}
    busy = start(env)
    seen["busy"] = busy.communicate(timeout=60)[0]
    seen["busy_code"] = busy.returncode
    seen["said"], seen["code"] = stop(process), process.returncode
    again = start(env)
    wait_until(lambda: answers(env), "the web server does not answer", 60)
    seen["cases_again"] = Browser(env).read("/sager")
    again.send_signal(signal.SIGHUP)
    seen["closed"], seen["closed_code"] = stop(again), again.returncode
    seen["left_over"] = answers(env)
    return seen


def codes(page: object) -> set[str]:
    return set(re.findall(r'href="/sager/([a-z2-7]{26})"', str(page)))


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_readme_names_a_command_that_there_is(command):
    assert f"```sh\n{command}\n```" in README
    assert re.search(rf"^{command.removeprefix('make ')}:", MAKEFILE, re.MULTILINE)


def test_every_command_of_make_that_the_readme_names_is_there():
    named = set(re.findall(r"\bmake ([a-z-]+)", README))
    there = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    assert named >= {"run", "test", "test-fast", "proof", "check", "bench"}
    assert named - there == set()


def test_a_first_start_says_where_it_is_and_how_to_sign_in(first_start):
    said = str(first_start["said"])

    assert first_start["env"]["SKB_PORT"] in said
    assert all(person.username in said for person in examples.CAST)
    assert examples.PASSWORD in said


def test_a_start_that_goes_well_warns_of_nothing(first_start):
    assert "WARNING" not in str(first_start["said"])


def test_it_shows_example_cases_on_a_page_with_a_banner(first_start):
    assert codes(first_start["cases"])
    assert "opdigtede sager" in str(first_start["board"])


def test_its_letters_lie_on_a_page_of_their_own(first_start):
    assert "Koordinering" in str(first_start["mail"])


def test_ctrl_c_stops_all_of_it_cleanly(first_start):
    assert first_start["code"] == 0
    assert "Stoppet. Dine data er gemt." in str(first_start["said"])


def test_closing_the_terminal_stops_all_of_it_too_and_pressing_ctrl_c_meanwhile_does_no_harm(first_start):
    assert first_start["closed_code"] == 0
    assert "Stoppet. Dine data er gemt." in str(first_start["closed"])
    assert not first_start["left_over"]


def test_a_second_start_keeps_the_data(first_start):
    assert codes(first_start["cases_again"]) == codes(first_start["cases"])


def test_a_busy_port_gets_a_clear_message(first_start):
    assert first_start["busy_code"] != 0
    assert f"port {first_start['env']['SKB_PORT']} er optaget" in str(first_start["busy"])


def test_the_readme_stays_short():
    assert README.count("\n") < 120


@pytest.mark.parametrize("path", re.findall(r"`([\w./-]+(?:\.py|\.toml|\.txt|/))`", README))
def test_every_file_and_folder_that_the_readme_names_is_there(path):
    made_by_running = {"data/"}

    assert path in made_by_running or any((ROOT / place / path).exists() for place in ("", "skanderborg", "config"))


def test_the_readme_names_everything_a_municipality_may_change():
    files = [path.name for path in (ROOT / "config").iterdir() if path.suffix in {".toml", ".txt"}]

    assert [name for name in files if f"`{name}`" not in README] == []


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)#]+)\)", README))
def test_what_the_readme_points_to_exists(path):
    assert (ROOT / path).exists()
