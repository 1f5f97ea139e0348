"""Settings: frozen, checked at start, named in the message when wrong (never with their value).

Three sources, later wins: `config/defaults.toml`, the TOML file named by SKB_CONFIG_FILE, the environment (SKB_*).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from . import refusals
from .errors import SettingError as SettingError
from .kinds import Role
from .refusals import LOOPBACK as LOOPBACK

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "config"
CLAMD = re.compile(r"/.+|(127\.0\.0\.1|localhost):[0-9]{1,5}")  # files go there as they are, so it is no other machine
RECIPIENT = re.compile(r"age1[ac-hj-np-z02-9]{58}")
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*")


Count = Annotated[int, msgspec.Meta(ge=1)]
Days = Annotated[int, msgspec.Meta(ge=0)]


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of config/defaults.toml; the meaning of each stands there."""

    session_idle_minutes: Count
    session_absolute_hours: Count
    session_parked_hours: Count
    draft_days: Count
    one_time_link_minutes: Count
    mailed_link_hours: Count
    password_shortest: Annotated[int, msgspec.Meta(ge=12)]
    sign_in_free_tries: Count
    sign_in_longest_wait_seconds: Count
    known_device_days: Annotated[int, msgspec.Meta(ge=1, le=400)]
    second_factor_required: Literal["yes", "no", "in-production"]
    step_up_minutes: Count
    emergency_accounts: tuple[str, ...]
    sync_most_closed_percent: Days
    sso_issuer: str
    sso_client_id: str
    sso_tenant: str
    sso_subject_claim: str
    sso_unknown: Literal["refuse", "professional"]
    sso_roles_claim: str
    sso_roles: dict[str, Role]
    sso_departments_claim: str
    sso_step_up_class: str
    sso_secret_ends_on: str
    sso_timeout_seconds: Annotated[float, msgspec.Meta(gt=0)]
    local_accounts: Literal["all", "emergency", "none"]
    unused_account_days: Count
    unused_warned_days: Count
    ends_warned_days: Days
    office_opens: time
    office_closes: time
    suspicion_unclaimed_working_hours: Count
    closing_days: tuple[str, ...]
    closing_ranges: tuple[tuple[date, date], ...]
    request_answer_working_days: Count
    request_soon_working_days: Days
    request_escalated_working_days: Days
    meeting_ahead_working_days: Days
    meeting_ahead_at: time
    meeting_today_at: time
    minutes_missing_working_days: Days
    deadline_ahead_days: Days
    silent_after_days: Count
    round_every_days: Days
    round_longest_days: Count
    digest_at: time
    digest_again_working_days: tuple[Count, ...]
    digest_then_every_days: Count
    escalation_at: time
    safety_untouched_working_hours: Count
    safety_overdue_working_days: Count
    must_overdue_working_days: Count
    must_manager_working_days: Count
    queue_untaken_working_days: Count
    duties_missing_working_days: Count
    new_contact_working_days: Days
    safety_again_days: Count
    municipality: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]
    colour: str
    content_folder: str
    journal_folder: str
    journal_kle: Annotated[str, msgspec.Meta(pattern=r"^\d{2}\.\d{2}\.\d{2}$")]
    figures_wait_days: Count
    emergency_roles: tuple[Literal["night-duty", "resource-person"], ...]
    emergency_minutes: Count
    emergency_unsigned_working_days: Count
    emergency_sheet_days: Count
    mail_from: str
    mail_reply_to: str
    mail_domains: tuple[str, ...]
    alarm_addresses: tuple[str, ...]
    smtp_timeout_seconds: Annotated[float, msgspec.Meta(gt=0)]
    smtp_username: str
    lease_seconds: Count
    retry_first_minutes: Count
    retry_longest_minutes: Count
    retry_days: Count
    refused_tries: Count
    server_asked_again_seconds: Count
    letters_per_claim: Count
    late_letter_minutes: Count
    tick_seconds: Count
    worker_stop_seconds: Annotated[float, msgspec.Meta(gt=0)]
    silent_worker_minutes: Count
    web_workers: Count
    web_threads: Count
    largest_body_megabytes: Count
    proxy_addresses: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    open_action_card: bool
    rows_a_page: Count
    evidence_file_megabytes: Count
    evidence_case_megabytes: Count
    evidence_person_day_megabytes: Count
    clamd_socket: str
    clamd_seconds: Annotated[float, msgspec.Meta(gt=0)]
    import_megabytes: Count
    import_rows: Count
    import_kept_days: Count
    anchor_at: time
    anchor_late_hours: Count
    alarm_window_minutes: Count
    alarm_denials: Count
    alarm_cases: Count
    alarm_night_from: time
    alarm_night_to: time
    alarm_night_looks: Count
    alarm_wall_hits: Count
    samples_a_month: Days
    access_review_months: tuple[Annotated[int, msgspec.Meta(ge=1, le=12)], ...]
    backup_recipients: tuple[str, ...]
    backup_folder: str
    backup_daily: Count
    backup_weekly: Days
    backup_keys_days: Annotated[int, msgspec.Meta(ge=1, le=35)]
    backup_late_hours: Count
    drill_late_days: Count


class Settings(msgspec.Struct, frozen=True):
    """Everything the program is told from outside."""

    env: Literal["development", "test", "production"]
    data_dir: Path
    database_url: str
    database_owner_url: str | None
    keys_file: Path
    anchor_file: Path | None
    smtp_url: str
    smtp_password: str
    sso_secret: str
    base_url: str
    host: str
    port: int
    timezone: str
    test_clock_file: Path | None
    defaults: Defaults

    @property
    def is_development(self) -> bool:
        """Example data, mail catcher and banner exist in development only."""
        return self.env == "development"

    @property
    def is_production(self) -> bool:
        """Production refuses unsafe settings at start."""
        return self.env == "production"

    @property
    def cookie_is_secure(self) -> bool:
        """Plain cookies are for loopback in development and test only (decision 12)."""
        return self.is_production or urlsplit(self.base_url).scheme == "https"

    def is_called(self, host: str) -> bool:
        """Whether a `Host` header names this program: the base address, `allowed_hosts`, this machine when testing."""
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:  # no address at all
            return False
        known = {urlsplit(self.base_url).hostname, *(one.casefold() for one in self.defaults.allowed_hosts)}
        return name in known or (not self.is_production and name in LOOPBACK)


NAMES = set(
    """
    SKB_ENV SKB_DATA_DIR SKB_DATABASE_URL SKB_KEYS_FILE SKB_SMTP_URL SKB_SMTP_PASSWORD_FILE SKB_SSO_SECRET_FILE
    SKB_BASE_URL SKB_HOST SKB_PORT SKB_TIMEZONE SKB_TEST_CLOCK_FILE SKB_CONFIG_FILE SKB_ANCHOR_FILE
    SKB_DATABASE_OWNER_URL SKB_ALLOW_HTTP SKB_FORBID_SKIPS SKB_CHROMIUM SKB_BENCH_SECONDS SKB_PROOF_STEPS
""".split()
)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting.

    Raises SettingError, which names the setting and what is wrong with it.
    """
    unknown = sorted(name for name in environ if name.startswith("SKB_") and name not in NAMES)
    if unknown:
        raise SettingError(f"{unknown[0]}: ukendt indstilling. Ret navnet, eller fjern den.")
    data_dir = Path(environ.get("SKB_DATA_DIR", ROOT / "data")).resolve()
    host, port = environ.get("SKB_HOST", "127.0.0.1"), _port(environ.get("SKB_PORT", "8000"))
    settings = Settings(
        env=_env(environ.get("SKB_ENV", "development")),
        data_dir=data_dir,
        database_url=environ.get("SKB_DATABASE_URL", f"sqlite:///{data_dir / 'koordinering.db'}"),
        database_owner_url=environ.get("SKB_DATABASE_OWNER_URL") or None,
        keys_file=Path(environ.get("SKB_KEYS_FILE", data_dir.parent / f"{data_dir.name}-keys" / "keys.json")).resolve(),
        anchor_file=Path(environ["SKB_ANCHOR_FILE"]).resolve() if environ.get("SKB_ANCHOR_FILE") else None,
        smtp_url=environ.get("SKB_SMTP_URL", "smtp://127.0.0.1:8025"),
        smtp_password=_secret(environ, "SKB_SMTP_PASSWORD_FILE"),
        sso_secret=_secret(environ, "SKB_SSO_SECRET_FILE"),
        base_url=environ.get("SKB_BASE_URL", f"http://{_named(host)}:{port}").rstrip("/"),
        host=host,
        port=port,
        timezone=environ.get("SKB_TIMEZONE", "Europe/Copenhagen"),
        test_clock_file=Path(environ["SKB_TEST_CLOCK_FILE"]) if environ.get("SKB_TEST_CLOCK_FILE") else None,
        defaults=_defaults(environ.get("SKB_CONFIG_FILE"), _env(environ.get("SKB_ENV", "development"))),
    )
    _refuse_odd(settings.defaults)
    _refuse_unsafe(settings, environ)
    return settings


def _env(value: str) -> Literal["development", "test", "production"]:
    if value not in ("development", "test", "production"):
        raise SettingError("SKB_ENV: skriv development, test eller production.")
    return value  # type: ignore[return-value]


def _named(host: str) -> str:
    """This machine by its name, since a passkey is never made for a number."""
    return "localhost" if host == "127.0.0.1" else host


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingError("SKB_PORT: skriv et tal mellem 1 og 65535.")
    return int(value)


def _secret(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        return ""
    path = Path(environ[name])
    if not path.is_file():
        raise SettingError(f"{name}: filen findes ikke.")
    if environ.get("SKB_ENV") == "production":
        refusals.secret_file(name, path.resolve())
    return path.read_text().strip()


def _defaults(override: str | None, env: str) -> Defaults:
    lines = tomllib.loads((CONFIG / "defaults.toml").read_text())
    if override:
        if not Path(override).is_file():
            raise SettingError("SKB_CONFIG_FILE: filen findes ikke.")
        try:
            lines |= tomllib.loads(Path(override).read_text())
        except ValueError as error:  # no TOML, or no text
            raise SettingError(f"SKB_CONFIG_FILE: filen kan ikke læses ({error}).") from None
    if lines.get("second_factor_required") == "in-production":
        lines["second_factor_required"] = "yes" if env == "production" else "no"
    try:
        return msgspec.convert(lines, Defaults)
    except msgspec.ValidationError as error:
        raise SettingError(f"config/defaults.toml: {error}") from None


def _refuse_unsafe(settings: Settings, environ: Mapping[str, str]) -> None:
    """Stop at start on what would be unsafe later (SEC-57)."""
    if settings.test_clock_file and settings.env != "test":
        raise SettingError("SKB_TEST_CLOCK_FILE: kun tilladt med SKB_ENV=test.")
    if not _is_mail_server(settings.smtp_url):
        raise SettingError("SKB_SMTP_URL: skriv smtp://vært:port eller smtps://vært:port.")
    if urlsplit(settings.base_url).scheme not in ("http", "https") or not urlsplit(settings.base_url).hostname:
        raise SettingError("SKB_BASE_URL: skriv hele adressen, fx https://koordinering.example.invalid.")
    if urlsplit(settings.database_url).scheme not in ("sqlite", "postgresql"):
        raise SettingError("SKB_DATABASE_URL: skriv sqlite:///sti eller postgresql://bruger@vært/navn.")
    if settings.database_owner_url and {urlsplit(settings.database_owner_url).scheme,
                                        urlsplit(settings.database_url).scheme} != {"postgresql"}:  # fmt: skip
        raise SettingError("SKB_DATABASE_OWNER_URL: kun sammen med PostgreSQL. Skriv postgresql://ejer@vært/navn.")
    if settings.env == "development" and settings.host not in LOOPBACK:
        raise SettingError("SKB_HOST: udvikling lytter kun på 127.0.0.1.")
    if settings.is_production:
        _refuse_unsafe_production(settings, environ)


def _refuse_odd(defaults: Defaults) -> None:
    """Lines that are right alone and wrong together."""
    if defaults.lease_seconds <= defaults.smtp_timeout_seconds:
        raise SettingError("lease_seconds: skal være længere end smtp_timeout_seconds, ellers sendes breve to gange.")
    if not all(HOST_NAME.fullmatch(name) for name in defaults.allowed_hosts):
        raise SettingError("allowed_hosts: skriv navne uden https og port, fx koordinering.example.invalid.")
    if defaults.clamd_socket and not CLAMD.fullmatch(defaults.clamd_socket):
        raise SettingError("clamd_socket: skriv stien til en socket på denne maskine, eller 127.0.0.1:port.")
    if not all(RECIPIENT.fullmatch(text) for text in defaults.backup_recipients):
        raise SettingError("backup_recipients: skriv modtagere, som age-keygen viser dem: age1 og 58 tegn.")
    _refuse_relative(defaults, ("backup_folder", "content_folder", "journal_folder"))
    refusals.odd_sign_in(defaults)
    if defaults.office_opens >= defaults.office_closes:
        raise SettingError("office_opens: skal ligge før office_closes.")
    if list(defaults.digest_again_working_days) != sorted(set(defaults.digest_again_working_days)):
        raise SettingError("digest_again_working_days: skriv dagene i stigende orden, hver én gang.")


def _refuse_relative(defaults: Defaults, folders: tuple[str, ...]) -> None:
    for name in folders:
        if (folder := getattr(defaults, name)) and not Path(folder).is_absolute():
            raise SettingError(f"{name}: skriv hele stien, fx /srv/koordinering.")


def _refuse_unsafe_production(settings: Settings, environ: Mapping[str, str]) -> None:
    for name in ("SKB_DATA_DIR", "SKB_DATABASE_URL", "SKB_KEYS_FILE", "SKB_SMTP_URL", "SKB_BASE_URL"):
        if not environ.get(name):
            raise SettingError(f"{name}: skal angives i production.")
    if urlsplit(settings.base_url).scheme != "https" and environ.get("SKB_ALLOW_HTTP") != "1":
        raise SettingError("SKB_BASE_URL: skal være https (eller sæt SKB_ALLOW_HTTP=1 og læs, hvorfor ikke i README).")
    _, at, domain = parseaddr(settings.defaults.mail_from)[1].rpartition("@")
    if not at or domain == "example.invalid":
        raise SettingError("mail_from: skriv kommunens afsenderadresse i SKB_CONFIG_FILE.")
    if os.environ.get("FLASK_DEBUG", "") not in ("", "0"):
        raise SettingError("FLASK_DEBUG: må ikke være slået til i production.")
    refusals.open_host(settings.host, settings.defaults.proxy_addresses)
    refusals.unsafe_provider(settings.defaults.sso_issuer, settings.sso_secret)
    refusals.absurd(msgspec.structs.asdict(settings.defaults))
    _refuse_open_database(settings, environ)
    _refuse_open_files(settings, environ)
    refusals.root()


def _refuse_open_database(settings: Settings, environ: Mapping[str, str]) -> None:
    sqlite = settings.database_url.removeprefix("sqlite:///")
    if sqlite == settings.database_url:
        refusals.plain_database("SKB_DATABASE_URL", settings.database_url, environ)
        if settings.database_owner_url:
            refusals.plain_database("SKB_DATABASE_OWNER_URL", settings.database_owner_url, environ)
    elif refusals.has_bits(Path(sqlite), refusals.OTHERS_TOUCH):
        raise SettingError("SKB_DATABASE_URL: databasefilen må kun kunne læses af programmets egen bruger (chmod 600).")


def _is_mail_server(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("smtp", "smtps") and urlsplit(url).port != 0
    except ValueError:  # a port that is none
        return False


def _refuse_open_files(settings: Settings, environ: Mapping[str, str]) -> None:
    refusals.folder_of_others("SKB_DATA_DIR", settings.data_dir)
    if settings.data_dir in settings.keys_file.parents:
        raise SettingError("SKB_KEYS_FILE: nøglerne må ikke ligge i datamappen.")
    if settings.anchor_file and settings.data_dir in settings.anchor_file.parents:
        raise SettingError("SKB_ANCHOR_FILE: filen må ikke ligge i datamappen; den skal overleve, at data skiftes ud.")
    refusals.secret_file("SKB_KEYS_FILE", settings.keys_file)
    if environ.get("SKB_CONFIG_FILE"):
        refusals.file_of_others("SKB_CONFIG_FILE", Path(environ["SKB_CONFIG_FILE"]).resolve())
