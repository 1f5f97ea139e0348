"""What a production installation must not be like. Told at its start, by the name of the setting (SEC-57)."""

import ipaddress
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from .errors import SettingError

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
UNENCRYPTED = {"disable", "allow", "prefer"}  # the last two where the other side, or who stands between, says so
OTHERS_WRITE, OTHERS_TOUCH = 0o022, 0o077

# The least and the most that makes sense of each number of config/defaults.toml, in its unit.
SENSIBLE: dict[str, tuple[float, float]] = {
    "session_idle_minutes": (5, 30), "session_absolute_hours": (1, 24), "session_parked_hours": (1, 168),
    "draft_days": (1, 90), "one_time_link_minutes": (5, 1_440), "password_shortest": (12, 64),
    "sign_in_free_tries": (3, 50), "sign_in_longest_wait_seconds": (30, 3_600), "known_device_days": (1, 400),
    "suspicion_unclaimed_working_hours": (1, 40), "request_answer_working_days": (1, 60),
    "request_soon_working_days": (0, 30), "request_escalated_working_days": (0, 30),
    "meeting_ahead_working_days": (0, 30), "minutes_missing_working_days": (0, 30), "deadline_ahead_days": (0, 365),
    "silent_after_days": (7, 180), "digest_then_every_days": (1, 60), "safety_untouched_working_hours": (1, 16),
    "safety_overdue_working_days": (1, 10), "must_overdue_working_days": (1, 30), "must_manager_working_days": (1, 60),
    "queue_untaken_working_days": (1, 30), "duties_missing_working_days": (1, 30), "new_contact_working_days": (0, 30),
    "safety_again_days": (1, 365), "smtp_timeout_seconds": (1, 300), "lease_seconds": (10, 3_600),
    "retry_first_minutes": (1, 60), "retry_longest_minutes": (1, 1_440), "retry_days": (1, 30),
    "refused_tries": (1, 20), "server_asked_again_seconds": (1, 600), "letters_per_claim": (1, 1_000),
    "late_letter_minutes": (1, 1_440), "tick_seconds": (1, 60), "worker_stop_seconds": (1, 60),
    "silent_worker_minutes": (1, 60), "web_workers": (1, 16), "web_threads": (1, 40),
    "largest_body_megabytes": (1, 200), "rows_a_page": (10, 200), "evidence_file_megabytes": (1, 150),
    "evidence_case_megabytes": (1, 100_000), "evidence_person_day_megabytes": (1, 100_000),
    "import_megabytes": (1, 50), "import_rows": (1, 50_000), "import_kept_days": (1, 90),
    "anchor_late_hours": (25, 168),
}  # fmt: skip
SENSIBLE_EACH: dict[str, tuple[float, float]] = {"digest_again_working_days": (1, 30)}  # of each in a list
# The first is at most so many of the second; both in the unit of the first.
AT_MOST = [
    ("evidence_file_megabytes", 1, "largest_body_megabytes"), ("import_megabytes", 1, "largest_body_megabytes"),
    ("evidence_file_megabytes", 1, "evidence_case_megabytes"),
    ("evidence_file_megabytes", 1, "evidence_person_day_megabytes"),
    ("session_idle_minutes", 60, "session_absolute_hours"), ("retry_first_minutes", 1, "retry_longest_minutes"),
    ("retry_longest_minutes", 1_440, "retry_days"), ("request_soon_working_days", 1, "request_answer_working_days"),
    ("must_overdue_working_days", 1, "must_manager_working_days"), ("tick_seconds", 60, "silent_worker_minutes"),
]  # fmt: skip


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
