"""What a production installation must not be like. Told at its start, by the name of the setting (SEC-57)."""

import ipaddress
import os
import stat
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from .errors import SettingError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
UNENCRYPTED = {"disable", "allow", "prefer"}  # the last two where the other side, or who stands between, says so
SHARED_BY_TENANTS = {"login.microsoftonline.com", "sts.windows.net"}  # whose tokens anyone's tenant can get
OTHERS_WRITE, OTHERS_TOUCH = 0o022, 0o077

_BOUNDS = tomllib.loads(Path(__file__).with_name("sensible.toml").read_text())
SENSIBLE: dict[str, list[float]] = _BOUNDS["sensible"]
SENSIBLE_EACH: dict[str, list[float]] = _BOUNDS["sensible_each"]
AT_MOST: list[tuple[str, int, str]] = _BOUNDS["at_most"]


def absurd(numbers: Mapping[str, Any]) -> None:
    """Refuse numbers that are right for the type and wrong for any house, alone or together."""
    for name, (least, most) in SENSIBLE.items():
        if not least <= numbers[name] <= most:
            raise SettingError(f"{name}: skriv et tal fra {least:g} til {most:g}.")
    for name, (least, most) in SENSIBLE_EACH.items():
        if not all(least <= number <= most for number in numbers[name]):
            raise SettingError(f"{name}: skriv tal fra {least:g} til {most:g}.")
    for first, times, second in AT_MOST:
        if numbers[first] > times * numbers[second]:
            raise SettingError(f"{first}: må ikke være større end {second}.")


def root() -> None:
    """Refuse to run as who may do everything on the machine."""
    if os.geteuid() == 0:
        raise SettingError("SKB_ENV: production kører ikke som root. Brug programmets egen bruger (User= i systemd).")


def open_host(host: str, proxies: Iterable[str]) -> None:
    """Refuse to be reached from elsewhere but through a proxy that is named: it holds the TLS, and says who asks."""
    for address in proxies:
        try:
            net = ipaddress.ip_network(address)
        except ValueError:
            raise SettingError("proxy_addresses: skriv adresser eller net, fx 10.1.2.3 eller 10.1.2.0/28.") from None
        if net.prefixlen < net.max_prefixlen // 2:
            raise SettingError("proxy_addresses: nettet er for stort. Alle i det kan udgive sig for en anden adresse.")
    if not is_here(host) and not list(proxies):
        raise SettingError("SKB_HOST: skriv 127.0.0.1, eller skriv adressen på proxyen foran i proxy_addresses.")


def is_here(host: str) -> bool:
    """Whether a host is this machine, by name or number."""
    try:
        return host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def plain_database(name: str, url: str, environ: Mapping[str, str]) -> None:
    """Refuse a PostgreSQL connection that may go over the network unencrypted."""
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise SettingError(f"{name}: skriv postgresql://bruger@vært/navn.") from None
    mode = said.get("sslmode") or environ.get("PGSSLMODE")
    where = said.get("hostaddr") or said.get("host") or environ.get("PGHOSTADDR") or environ.get("PGHOST") or "/"
    goes_far = not all(one.startswith(("/", "@")) or is_here(one) for one in str(where).split(","))
    if mode == "disable" or (goes_far and (mode or "prefer") in UNENCRYPTED):
        raise SettingError(f"{name}: forbindelsen skal være krypteret. Skriv sslmode=verify-full.")


def odd_sign_in(said: Any) -> None:
    """Refuse lines about single sign-on that are right alone and wrong together, or would let nobody in."""
    address = urlsplit(said.sso_issuer)
    is_address = address.scheme == "https" or (address.scheme == "http" and is_here(address.hostname or ""))
    if said.sso_issuer and (not is_address or address.query or address.fragment or "@" in address.netloc):
        raise SettingError("sso_issuer: skriv hele adressen, fx https://login.example.invalid/kommune.")
    if bool(said.sso_issuer) != bool(said.sso_client_id):
        raise SettingError("sso_client_id: skal angives sammen med sso_issuer, og kun da.")
    if address.hostname in SHARED_BY_TENANTS and (not said.sso_tenant or said.sso_tenant not in address.path):
        raise SettingError("sso_tenant: skriv kommunens egen tenant, her og i sso_issuer.")
    if said.local_accounts != "all" and not said.sso_issuer:
        raise SettingError("local_accounts: kan kun begrænses, når sso_issuer er angivet. Ellers kan ingen logge ind.")
    if said.local_accounts == "emergency" and not said.emergency_accounts:
        raise SettingError("emergency_accounts: skriv brugernavnene på nødkontiene.")
    try:
        date.fromisoformat(said.sso_secret_ends_on or "2000-01-01")
    except ValueError:
        raise SettingError('sso_secret_ends_on: skriv dagen som "2027-11-30".') from None


def unsafe_provider(issuer: str, secret: str) -> None:
    """Refuse a provider that is asked over an open line, or without a secret."""
    if issuer and urlsplit(issuer).scheme != "https":
        raise SettingError("sso_issuer: skal være https.")
    if issuer and not secret:
        raise SettingError("SKB_SSO_SECRET_FILE: skal angives sammen med sso_issuer.")


def secret_file(name: str, path: Path) -> None:
    """Refuse a file that others can read, write or put another in the place of."""
    if has_bits(path, OTHERS_TOUCH):
        raise SettingError(f"{name}: filen må kun kunne læses af programmets egen bruger (chmod 600).")
    file_of_others(name, path)


def file_of_others(name: str, path: Path) -> None:
    """Refuse a file that others can write, or exchange since they can write in a folder above it."""
    if has_bits(path, OTHERS_WRITE):
        raise SettingError(f"{name}: andre må ikke kunne skrive i filen (chmod go-w).")
    if has_bits(path.parent, OTHERS_WRITE):
        raise SettingError(f"{name}: andre må ikke kunne skrive i mappen, som filen ligger i (chmod go-w).")
    if any(has_bits(folder, OTHERS_WRITE) and not _keeps_apart(folder) for folder in path.parent.parents):
        raise SettingError(f"{name}: andre må ikke kunne skrive i mapperne over filen (chmod go-w).")


def folder_of_others(name: str, path: Path) -> None:
    """Refuse a folder in which others can write."""
    if has_bits(path, OTHERS_WRITE):
        raise SettingError(f"{name}: andre må ikke kunne skrive i mappen (chmod 700).")


def has_bits(path: Path, bits: int) -> bool:
    """Whether something is there, and one of these may be done with it."""
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & bits)


def _keeps_apart(folder: Path) -> bool:
    """Whether in a folder for all nobody can move what is another's, as in /tmp."""
    return bool(folder.stat().st_mode & stat.S_ISVTX)
