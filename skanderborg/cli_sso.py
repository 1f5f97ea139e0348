"""Commands about single sign-on: whether it works, and who is whom at the provider."""

import importlib
import json
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from .addresses import Place
from .cli import opened, told
from .domain import health, people, sso
from .domain.sso import arriving, linking
from .errors import Invalid
from .policy import SYSTEM
from .settings import Settings

group = AppGroup("sso", help="Kommunens login (OpenID Connect).")


def register(app: Flask) -> None:
    """Hang the commands on the app."""
    app.cli.add_command(group)


@group.command("check")
@click.option("--json", "as_json", is_flag=True)
@told
def check(as_json: bool) -> None:
    """Try the provider out: what it says of itself, its keys and clock, and whether it knows this program."""
    settings = _settings()
    checking: Any = importlib.import_module("skanderborg.domain.sso.checking")  # by name: no other process needs it
    found = checking.checked(settings, f"{settings.base_url}{Place.SSO_ANSWER}")
    click.echo(json.dumps(found) if as_json else "\n".join(health.line(*one) for one in found.items()))
    sys.exit(0 if all(one["ok"] for one in found.values()) else 1)


@group.command("link")
@click.argument("username")
@click.argument("subject")
@opened
def link(username: str, subject: str) -> None:
    """Let whom the provider knows by SUBJECT (`sso_subject_claim`) be that user."""
    person = people.by_username(username)
    arriving.identify(SYSTEM, person, _settings().defaults.sso_issuer, subject)
    click.echo(f"{person.username} logger ind med kommunens login.")


@group.command("link-all")
@click.argument("file", type=click.File("rb"))
@opened
def link_all(file: Any) -> None:
    """The same for each line of a CSV file with the columns Brugernavn and Login-id."""
    click.echo(f"Nye: {linking.link_all(SYSTEM, file.read(), _settings().defaults.sso_issuer)}.")


@group.command("unlink")
@click.argument("username")
@opened
def unlink(username: str) -> None:
    """Let nobody at the provider be that user any more; whoever is signed in so is signed out."""
    person = people.by_username(username)
    count = arriving.release(SYSTEM, person)
    click.echo(f"{person.username} havde {count} login hos kommunen og har nu intet.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SKB"]
    if not sso.is_set_up(settings):
        raise Invalid("sso_issuer er ikke angivet.")
    return settings
