"""Commands about the municipality's own content: out as a file, and in again."""

from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from . import content
from .cli import opened, told
from .content import houses
from .domain import content_files
from .policy import SYSTEM

group = AppGroup("content", help="Kommunens egne kontakter, tekster, opgaver, afdelinger og lukkedage.")


def register(app: Flask) -> None:
    """Hang the commands on the app."""
    app.cli.add_command(group)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@opened
def export(file: Path) -> None:
    """Write what was changed here into a file, without anything of any person."""
    file.write_bytes(content_files.exported(SYSTEM))
    click.echo(f"Skrevet til {file}.")


@group.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Vis kun, hvad filen ville ændre; intet skrives.")
@opened
def read_in(file: Any, dry_run: bool) -> None:
    """Let the content of a file hold here, as new editions that can be taken back on the pages of administration."""
    changes = content_files.plan(SYSTEM, file.read(content_files.LARGEST + 1))
    click.echo("\n".join(one.words for one in changes) or "Intet at ændre.")
    if dry_run:
        click.echo("Prøve: intet er skrevet.")
    else:
        click.echo(f"{content_files.carry_out(changes)} ændret.")


@group.command("start")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="Kommunens navn, fx «Nordby Kommune».")
@click.option("--police", default="Politiets sparring", help="Den lokale politikreds.")
@told
def start(folder: Path, name: str, police: str) -> None:
    """Begin another municipality's house: contacts, departments and settings of its own, to go on from."""
    try:
        made = houses.write(folder, name, houses.starting_contacts(content.file_contacts().values(), police))
    except FileExistsError as error:
        raise click.ClickException(f"{Path(error.filename).name} findes allerede. Vælg en tom mappe.") from None
    click.echo("\n".join(f"Skrevet: {path}" for path in made))
    click.echo(f"Ret filerne, og start med SKB_CONFIG_FILE={made[-1].resolve()}")
