"""Entry: `flask …` finds `app` here."""

import gc
import sys

from skanderborg import create_app
from skanderborg.settings import SettingError, load

try:
    app = create_app(load())
except SettingError as error:
    sys.exit(f"Koordinering starter ikke. {error}")

# What the start built stays for good. Walking it at each collection made the slowest answers three times as slow.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)

if __name__ == "__main__":
    app.cli()
