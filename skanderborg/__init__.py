"""Koordinering: a municipality's tool for cases where a citizen is suspected of being stalked, or of stalking."""

from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import peewee
from flask import Flask, g, request

from . import cli, cli_content, cli_sso, clock, content
from .danish import dates
from .domain import editions, rules
from .errors import Unavailable
from .settings import ROOT, SettingError, Settings
from .store import connection, faults, keys
from .store.db import connect, db
from .web import blueprints, bodies, frame, guard, places, proxy
from .web.last_resort import LastResort
from .web.refusals import prepare as answer_refusals


def create_app(settings: Settings) -> Flask:
    """Join the pieces: settings, clock, database handle, pages and commands. Opens nothing; `flask init` makes things.

    Raises SettingError on an unsafe or odd setting, RuntimeError when a route says not what it asks for (SEC-01).
    """
    app = Flask(
        "skanderborg", root_path=str(Path(__file__).parent), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.url_map.merge_slashes = False  # the router would redirect to whatever host was asked for
    content.houses.refuse_unreadable(settings.defaults.colour)
    content.keep_in(settings.defaults.content_folder)
    content.check()
    move_in(app, settings)
    if settings.is_production:
        app.wsgi_app = proxy.Behind(app.wsgi_app, settings.defaults.proxy_addresses)  # type: ignore[method-assign]
    _connect_each_request(app)
    frame.prepare(app)
    answer_refusals(app)
    bodies.hold_in_memory(app)
    guard.prepare(app)
    for blueprint in [*blueprints.ALL, *(blueprints.DEVELOPMENT if settings.is_development else [])]:
        app.register_blueprint(blueprint)
    guard.refuse_undeclared(app)
    cli.register(app)
    cli_content.register(app)
    cli_sso.register(app)
    app.wsgi_app = LastResort(app, app.wsgi_app)  # type: ignore[method-assign]
    return app


def move_in(app: Flask, settings: Settings) -> None:
    """Let the pages work by these settings: their clock, rules, database and keys."""
    defaults = settings.defaults
    app.config.update(SKB=settings, **_limits(settings))
    _set_clock(settings)
    rules.configure(defaults)
    editions.forget()
    connect(settings.database_url)
    faults.keep_in(settings.data_dir)
    if settings.keys_file.exists():
        keys.open_ring(settings.keys_file)


def _set_clock(settings: Settings) -> None:
    defaults = settings.defaults
    try:
        closing_days = dates.parse_closing_days(defaults.closing_days, defaults.closing_ranges)
    except ValueError as error:
        raise SettingError(f"closing_days: {error}") from None
    try:
        clock.configure(settings.timezone, settings.test_clock_file, closing_days)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingError("SKB_TIMEZONE: skriv en tidszone, fx Europe/Copenhagen.") from None


def _limits(settings: Settings) -> dict[str, object]:
    """Bounds on what one request may carry (SEC-53)."""
    return {
        "MAX_CONTENT_LENGTH": settings.defaults.largest_body_megabytes * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 1_000,
        "TRAP_HTTP_EXCEPTIONS": False,
        "PROPAGATE_EXCEPTIONS": False,
    }


def _connect_each_request(app: Flask) -> None:
    """A pooled connection for the length of a request; files and /healthz need none (REL-36). Where there is none to be
    had, nobody is signed in, and only what is open to everyone goes on: the action card has the numbers to ring."""
    threads = app.config["SKB"].defaults.web_threads
    rooms = places.Places(threads)

    def open_connection() -> None:
        if request.endpoint in guard.NO_DATABASE:
            return
        try:
            faults.refuse_damaged()
            rooms.take()
            g.place = rooms
            connection.serve_pages(threads)
            _connect(shortly=request.endpoint in guard.GO_ON_WITHOUT)
        except (peewee.DatabaseError, Unavailable):
            guard.go_on_without()
            if request.endpoint not in guard.GO_ON_WITHOUT:
                raise

    app.before_request_funcs.setdefault(None, []).insert(0, open_connection)
    app.teardown_appcontext(_give_back)


def _connect(shortly: bool) -> None:
    """Open this request's connection. What must come whatever the database does waits `shortly`: for a first answer,
    and then for every other. Raises peewee.DatabaseError, Unavailable."""
    if shortly and not connection.answers_now():
        raise Unavailable()
    g.opened = db.connect(reuse_if_open=True)
    if shortly:
        connection.wait_shortly()
        g.shortly = True


def _give_back(_: object) -> None:
    """What this request held of the database, however it ended."""
    try:
        if g.pop("shortly", False):
            connection.wait_as_usual()
        if g.pop("opened", False):
            db.close()
    finally:
        if place := g.pop("place", None):
            place.give_back()
