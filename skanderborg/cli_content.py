"""Commands about the municipality's own content: out as a file, and in again."""

from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from .cli import opened
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
