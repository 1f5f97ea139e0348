"""What runs without a person: APScheduler's ticks, one line each into the domain."""
