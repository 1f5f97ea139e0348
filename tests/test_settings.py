"""Settings that are wrong stop the start, and the message names them without their value."""

import os
from pathlib import Path

import msgspec
import pytest
from flask import request
from msgspec.structs import asdict

from skanderborg import create_app, refusals
from skanderborg.settings import ROOT, SettingError, load
from skanderborg.store import keys
from skanderborg.web import proxy

PRODUCTION = {
    "SKB_ENV": "production",
    "SKB_BASE_URL": "https://koordinering.example.invalid",
    "SKB_SMTP_URL": "smtp://mail.example.invalid:587",
}


@pytest.fixture
def production(tmp_path, monkeypatch):
    """The settings of an installation, which does not run as root whoever runs the tests."""
    monkeypatch.setattr(os, "geteuid", lambda: 4_711)
    config = tmp_path / "own.toml"
    config.write_text('mail_from = "Koordinering <koordinering@kommune.example>"\nmail_domains = ["kommune.example"]\n')
    keys.create_ring(tmp_path / "keys" / "keys.json")
    return PRODUCTION | {
        "SKB_DATA_DIR": str(tmp_path / "data"),
        "SKB_DATABASE_URL": f"sqlite:///{tmp_path}/data/k.db",
        "SKB_KEYS_FILE": str(tmp_path / "keys" / "keys.json"),
        "SKB_CONFIG_FILE": str(config),
    }


def test_a_complete_production_starts(production):
    assert load(production).is_production


@pytest.mark.parametrize("name", ["SKB_DATABASE_URL", "SKB_KEYS_FILE", "SKB_SMTP_URL", "SKB_BASE_URL", "SKB_DATA_DIR"])
def test_production_wants_every_address_said(production, name):
    del production[name]

    with pytest.raises(SettingError, match=name):
        load(production)


@pytest.mark.parametrize(
    "address", ["koordinering@example.invalid", "Koordinering <x@example.invalid>", "Koordinering"]
)
def test_production_wants_an_address_to_send_from(production, tmp_path, address):
    (tmp_path / "own.toml").write_text(f'mail_from = "{address}"\n')

    with pytest.raises(SettingError, match="mail_from"):
        load(production)


def test_production_refuses_a_password_file_that_others_can_read(production, tmp_path):
    (tmp_path / "password").write_text("hemmelig")
    (tmp_path / "password").chmod(0o644)

    with pytest.raises(SettingError, match="SKB_SMTP_PASSWORD_FILE"):
        load(production | {"SKB_SMTP_PASSWORD_FILE": str(tmp_path / "password")})


def test_production_refuses_a_data_folder_that_others_can_write(production, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o777)

    with pytest.raises(SettingError, match="SKB_DATA_DIR"):
        load(production)


def test_production_finds_a_readable_database_by_a_path_from_here_too(production, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.db").touch(0o644)

    with pytest.raises(SettingError, match="SKB_DATABASE_URL"):
        load(production | {"SKB_DATABASE_URL": "sqlite:///k.db"})


@pytest.mark.parametrize(
    ("name", "line"),
    [("SKB_CONFIG_FILE", "rows_a_page = = 1"), ("closing_days", 'closing_days = ["32/13"]')],
)
def test_a_configuration_that_cannot_be_read_is_told_in_one_line(app, tmp_path, name, line):
    (tmp_path / "own.toml").write_text(line)

    with pytest.raises(SettingError, match=name):
        create_app(load({"SKB_CONFIG_FILE": str(tmp_path / "own.toml")}))


def test_a_time_zone_that_is_none_is_named(app):
    with pytest.raises(SettingError, match="SKB_TIMEZONE"):
        create_app(load({"SKB_TIMEZONE": "Danmark"}))


def in_config(production, line):
    """The settings with one line more in the configuration file."""
    own = Path(production["SKB_CONFIG_FILE"])
    own.write_text(own.read_text() + line + "\n")
    return production


def test_production_refuses_root(production, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(SettingError, match="root"):
        load(production)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "koordinering.example.invalid", ""])
def test_production_is_reached_from_elsewhere_through_a_proxy_only(production, host):
    with pytest.raises(SettingError, match="SKB_HOST"):
        load(production | {"SKB_HOST": host})

    assert load(in_config(production, 'proxy_addresses = ["10.0.0.0/28"]') | {"SKB_HOST": host})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_production_may_listen_on_this_machine(production, host):
    assert load(production | {"SKB_HOST": host})


def test_a_proxy_that_is_no_address_is_named(production):
    with pytest.raises(SettingError, match="proxy_addresses"):
        load(in_config(production, 'proxy_addresses = ["proxy"]'))


@pytest.mark.parametrize(
    ("url", "environ"),
    [
        ("postgresql://k@127.0.0.1/k?sslmode=disable", {}),
        ("postgresql://k@/k?sslmode=disable", {}),
        ("postgresql://k@db.example.invalid/k", {}),
        ("postgresql://k@db.example.invalid/k?sslmode=allow", {}),
        ("postgresql://k@db.example.invalid/k?sslmode=prefer", {}),
        ("postgresql://k@127.0.0.1,10.0.0.9/k", {}),
        ("postgresql://k@/k?host=db.example.invalid", {}),
        ("postgresql://k@localhost/k?hostaddr=10.0.0.9", {}),
        ("postgresql:///k", {"PGHOST": "db.example.invalid"}),
        ("postgresql://k@127.0.0.1/k", {"PGSSLMODE": "disable"}),
        ("postgresql://k@127.0.0.1/k?sslmode=sometimes&nonsense", {}),
    ],
)
@pytest.mark.parametrize("name", ["SKB_DATABASE_URL", "SKB_DATABASE_OWNER_URL"])
def test_production_talks_to_no_database_in_plain_text(production, name, url, environ):
    encrypted = {"SKB_DATABASE_URL": "postgresql://k@db.example.invalid/k?sslmode=verify-full"}

    with pytest.raises(SettingError, match=f"^{name}:"):
        load(production | encrypted | environ | {name: url})


@pytest.mark.parametrize(
    "url",
    ["postgresql://k@db.example.invalid/k?sslmode=verify-full", "postgresql://k@db.example.invalid/k?sslmode=require",
     "postgresql://k@127.0.0.1/k", "postgresql:///k", "postgresql://k@/k?host=/run/postgresql"],
)  # fmt: skip
def test_production_talks_to_a_database_encrypted_or_on_this_machine(production, url):
    assert load(production | {"SKB_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777, 0o720])
def test_production_refuses_a_key_folder_that_others_can_write(production, mode):
    Path(production["SKB_KEYS_FILE"]).parent.chmod(mode)

    with pytest.raises(SettingError, match="SKB_KEYS_FILE"):
        load(production)


def test_production_refuses_keys_below_a_folder_that_others_can_write(production, tmp_path):
    tmp_path.chmod(0o777)

    with pytest.raises(SettingError, match="SKB_KEYS_FILE"):
        load(production)


def test_production_refuses_a_configuration_that_others_can_write(production):
    Path(production["SKB_CONFIG_FILE"]).chmod(0o666)

    with pytest.raises(SettingError, match="SKB_CONFIG_FILE"):
        load(production)


@pytest.mark.parametrize("net", ["0.0.0.0/0", "10.0.0.0/8", "::/0", "fe80::/10"])
def test_production_refuses_a_net_in_which_anyone_could_say_who_asks(production, net):
    with pytest.raises(SettingError, match="proxy_addresses"):
        load(in_config(production, f'proxy_addresses = ["{net}"]'))


def test_every_number_has_a_least_and_a_most_that_make_sense():
    defaults = asdict(load({}).defaults)
    numbers = {name for name, value in defaults.items() if type(value) in (int, float)}
    lists = {name for name, value in defaults.items() if isinstance(value, tuple) and value and type(value[0]) is int}

    assert numbers == refusals.SENSIBLE.keys()
    assert lists == refusals.SENSIBLE_EACH.keys()
    assert {name for first, _, second in refusals.AT_MOST for name in (first, second)} <= numbers


@pytest.mark.parametrize("name", sorted(refusals.SENSIBLE))
def test_production_refuses_a_number_that_makes_no_sense(production, name):
    most = refusals.SENSIBLE[name][1]

    for number in (0 if name != "known_device_days" and refusals.SENSIBLE[name][0] else -1, -1, int(most) + 1, 10**12):
        with pytest.raises(SettingError, match=name):
            load(in_config_alone(production, f"{name} = {number}"))


def test_production_refuses_a_list_with_a_number_that_makes_no_sense(production):
    with pytest.raises(SettingError, match="digest_again_working_days"):
        load(in_config_alone(production, "digest_again_working_days = [2, 5000]"))


def in_config_alone(production, line):
    own = Path(production["SKB_CONFIG_FILE"])
    own.write_text(f'mail_from = "k@kommune.example"\nmail_domains = ["kommune.example"]\n{line}\n')
    return production


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("evidence_file_megabytes = 31", "evidence_file_megabytes"),
        ("evidence_case_megabytes = 10", "evidence_file_megabytes"),
        ("retry_first_minutes = 60\nretry_longest_minutes = 5", "retry_first_minutes"),
        ("request_soon_working_days = 9", "request_soon_working_days"),
        ("must_overdue_working_days = 9", "must_overdue_working_days"),
    ],
)
def test_production_refuses_numbers_that_make_no_sense_together(production, line, name):
    with pytest.raises(SettingError, match=name):
        load(in_config(production, line))


def test_what_a_test_may_set_is_not_what_an_installation_may(tmp_path):
    (tmp_path / "own.toml").write_text("session_idle_minutes = 1\nrows_a_page = 2\n")

    assert load({"SKB_ENV": "test", "SKB_CONFIG_FILE": str(tmp_path / "own.toml")}).defaults.rows_a_page == 2


def test_production_is_called_by_its_address_and_the_names_that_are_allowed(production, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(own.read_text() + 'allowed_hosts = ["Intra.Kommune.example"]\n')

    settings = load(production)

    assert settings.is_called("koordinering.example.invalid")
    assert settings.is_called("intra.kommune.example:443")
    assert not settings.is_called("127.0.0.1")
    assert not settings.is_called("localhost")


def test_production_refuses_plain_http(production):
    with pytest.raises(SettingError, match="SKB_BASE_URL"):
        load(production | {"SKB_BASE_URL": "http://koordinering.example.invalid"})


def test_production_refuses_a_key_file_that_others_can_read(production):
    os.chmod(production["SKB_KEYS_FILE"], 0o644)

    with pytest.raises(SettingError, match="SKB_KEYS_FILE"):
        load(production)


def test_production_refuses_keys_in_the_data_folder(production):
    with pytest.raises(SettingError, match="SKB_KEYS_FILE"):
        load(production | {"SKB_KEYS_FILE": production["SKB_DATA_DIR"] + "/keys.json"})


@pytest.mark.parametrize("env", ["production", "development"])
def test_only_a_test_may_set_the_clock(production, env, tmp_path):
    with pytest.raises(SettingError, match="SKB_TEST_CLOCK_FILE"):
        load(production | {"SKB_ENV": env, "SKB_TEST_CLOCK_FILE": str(tmp_path / "clock")})


def test_development_listens_on_this_machine_only():
    with pytest.raises(SettingError, match="SKB_HOST"):
        load({"SKB_ENV": "development", "SKB_HOST": "0.0.0.0"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("SKB_ENV", "drift"), ("SKB_PORT", "otte"), ("SKB_PORT", "70000"), ("SKB_SMTP_URL", "mail:25"),
     ("SKB_SMTP_URL", "smtp://mail:femogtyve"),
     ("SKB_BASE_URL", "intranet7"), ("SKB_DATABASE_URL", "mysql://x"), ("SKB_COLOUR", "red")],
)  # fmt: skip
def test_an_odd_setting_is_named_and_its_value_is_not_shown(name, value):
    with pytest.raises(SettingError, match=name) as told:
        load({name: value})
    assert value not in str(told.value)


@pytest.mark.parametrize(
    "line",
    ["request_answer_working_days = 'fem'", "tint = 'red'", "office_opens = 'morgen'", "office_opens = 17:00:00",
     "allowed_hosts = ['https://x']", "allowed_hosts = ['']",
     "letters_per_claim = 0", "tick_seconds = 0", "retry_days = -1", "smtp_timeout_seconds = 0",
     "password_shortest = 8"],
)  # fmt: skip
def test_an_odd_line_in_the_configuration_stops_the_start(tmp_path, line):
    own = tmp_path / "own.toml"
    own.write_text(line)

    with pytest.raises(SettingError, match=line.split(" ")[0]):
        load({"SKB_CONFIG_FILE": str(own)})


def test_a_lease_shorter_than_the_mail_servers_silence_is_refused(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("lease_seconds = 10")

    with pytest.raises(SettingError, match="lease_seconds"):
        load({"SKB_CONFIG_FILE": str(own)})


def test_neither_data_nor_keys_of_a_first_start_can_be_committed():
    settings = load({})
    ignored = (ROOT / ".gitignore").read_text().splitlines()

    for folder in (settings.data_dir, settings.keys_file.parent):
        assert f"/{folder.relative_to(ROOT)}/" in ignored


@pytest.fixture
def behind(settings):
    """Where a request comes from, to a program behind a proxy: `behind("10.0.0.5")` is what it thinks."""

    def seen_from(address, proxies=("10.0.0.0/28",)):
        seen, defaults = [], msgspec.structs.replace(settings.defaults, proxy_addresses=proxies)
        made = create_app(msgspec.structs.replace(settings, env="production", defaults=defaults))
        made.before_request_funcs = {None: [lambda: seen.append(request.remote_addr) or ("", 204)]}
        environ = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": "10.1.2.3"}
        made.test_client().get("/healthz", environ_overrides=environ)
        return seen[0]

    return seen_from


def test_behind_our_own_proxy_guesses_are_counted_by_the_visitors_address(app, behind):
    assert not isinstance(app.wsgi_app._inside, proxy.Behind)
    assert behind("127.0.0.1", ()) == behind("::1", ()) == behind("10.0.0.5") == "10.1.2.3"


@pytest.mark.parametrize("address", ["10.0.0.99", "192.168.1.1", "", "unix:"])
def test_nobody_else_says_whose_guesses_are_counted(app, behind, address):
    assert behind(address) == address
