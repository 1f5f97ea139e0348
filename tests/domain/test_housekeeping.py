"""What need not be kept is forgotten after a day, and nothing else."""

from skanderborg import clock as time
from skanderborg.domain import housekeeping, people
from skanderborg.store.events import Event
from skanderborg.store.outbox import FirstResult


def test_the_first_result_of_a_form_is_kept_for_a_day(cast, clock):
    today = time.today(time.now())
    people.add_absence(cast["rikke"], today, today, key="k")
    clock.forward(hours=23)

    housekeeping.sweep(time.now())

    assert FirstResult.select().count() == 1


def test_after_a_day_and_a_day_more_it_is_forgotten(cast, clock):
    today = time.today(time.now())
    people.add_absence(cast["rikke"], today, today, key="k")
    clock.forward(hours=49)

    housekeeping.sweep(time.now())

    assert FirstResult.select().count() == 0


def test_a_clock_that_is_a_day_ahead_for_an_hour_forgets_nothing(cast, clock):
    today = time.today(time.now())
    first = people.add_absence(cast["rikke"], today, today, key="k")
    right = clock.now
    clock.forward(days=1, minutes=1)
    housekeeping.sweep(time.now())
    clock.move_to(right)

    again = people.add_absence(cast["rikke"], today, today, key="k")

    assert again.ref == first.ref


def test_events_stay(cast, clock):
    before = Event.select().count()
    clock.forward(hours=1000)

    housekeeping.sweep(time.now())

    assert Event.select().count() == before > 0
