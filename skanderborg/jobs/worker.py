"""The worker: APScheduler's ticks, each one line into the domain. All state lies in rows (decision 11).

Any number of workers may run, be killed and start again: what one leaves undone the next one finds due.
"""

import logging
import os
import signal
import sys
import threading
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from .. import clock
from ..domain import ticks
from ..domain.letters.delivery import Postman
from ..errors import Damaged
from ..settings import SettingError, Settings

WATCH_SECONDS = 60  # between two looks at what can wait a minute: digests, the log's anchor, damage to be told


def run(settings: Settings) -> None:
    """Tick until told to stop by SIGTERM or Ctrl-C. Ends with a message when the database is not ready."""
    _prepare(settings)
    told_to_stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told_to_stop.set())
    postman = Postman(settings)
    scheduler = _scheduler(settings, postman)
    scheduler.start()
    _wait(told_to_stop, scheduler, settings.defaults.tick_seconds)
    _stop(scheduler, postman, settings.defaults.worker_stop_seconds)


def run_once(settings: Settings) -> None:
    """Run every tick once: for tests, and for a schedule kept elsewhere. Ends with exit code 1 if one failed."""
    _prepare(settings)
    every = (
        ticks.owe,
        ticks.tell,
        partial(ticks.watch, settings),
        Postman(settings).deliver,
        ticks.import_logs,
        ticks.scan,
        ticks.draw,
        ticks.sweep,
        ticks.erase,
        ticks.look_over,
        ticks.freeze,
        ticks.file_away,
    )
    counted = [ticks.run(tick) for tick in every]
    if None in counted:
        sys.exit(1)


def _prepare(settings: Settings) -> None:
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that waits for the one before it is no news
    try:
        ticks.prepare(settings)
    except (SettingError, Damaged) as error:
        sys.exit(f"Koordinering starter ikke. {error}")


def _scheduler(settings: Settings, postman: Postman) -> BackgroundScheduler:
    """Late ticks run once, never two of the same kind at once: a tick finds in the rows whatever it missed."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    every, watch = settings.defaults.tick_seconds, partial(ticks.watch, settings)
    scheduler.add_job(ticks.run, "interval", [ticks.owe], seconds=every)
    scheduler.add_job(ticks.run, "interval", [ticks.tell], seconds=WATCH_SECONDS)
    scheduler.add_job(ticks.run, "interval", [postman.deliver], seconds=every)
    scheduler.add_job(ticks.run, "interval", [ticks.scan], seconds=every)
    scheduler.add_job(ticks.run, "interval", [ticks.draw], seconds=every)
    scheduler.add_job(ticks.run, "interval", [ticks.import_logs], seconds=every)
    scheduler.add_job(ticks.run, "interval", [ticks.sweep], hours=1)
    scheduler.add_job(ticks.run, "interval", [ticks.erase], seconds=WATCH_SECONDS)
    scheduler.add_job(ticks.run, "interval", [watch], seconds=WATCH_SECONDS)
    scheduler.add_job(ticks.run, "interval", [ticks.look_over], hours=1)
    scheduler.add_job(ticks.run, "interval", [ticks.freeze], hours=1)
    scheduler.add_job(ticks.run, "interval", [ticks.file_away], seconds=WATCH_SECONDS)
    scheduler.add_job(ticks.tell_of_damage, "interval", [settings], seconds=WATCH_SECONDS)
    return scheduler


def _wait(told_to_stop: threading.Event, scheduler: BackgroundScheduler, every_seconds: float) -> None:
    """Wait to be told to stop. A tick waits for an hour of the wall: when the clock is set back, the ticks begin anew
    instead of waiting until the wall has caught up (REL-35)."""
    ahead = clock.wall_ahead_seconds()
    while not told_to_stop.wait(every_seconds):
        before, ahead = ahead, clock.wall_ahead_seconds()
        if ahead < before - every_seconds:
            for job in scheduler.get_jobs():
                job.reschedule("interval", seconds=job.trigger.interval_length)


def _stop(scheduler: BackgroundScheduler, postman: Postman, within_seconds: float) -> None:
    """Finish the letter under way and let go of all others; a mail server that hangs keeps nobody (REL-34)."""
    postman.stop()
    finishing = threading.Thread(target=scheduler.shutdown, daemon=True)
    finishing.start()
    finishing.join(within_seconds)
    if finishing.is_alive():
        ticks.run(postman.let_go)
        os._exit(0)  # a thread that waits for the server would keep the process
    ticks.finish()
