"""Entry: `flask …` finds `app` here."""

import sys

from skanderborg import create_app
from skanderborg.settings import SettingError, load

try:
    app = create_app(load())
except SettingError as error:
    sys.exit(f"Koordinering starter ikke. {error}")

if __name__ == "__main__":
    app.cli()
