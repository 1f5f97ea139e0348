"""The yardstick: one Flask route that makes one durable commit on SQLite, and nothing else."""

import os
import threading

from flask import Flask
from peewee import CharField, Model
from playhouse.cysqlite_ext import CySqliteDatabase

db = CySqliteDatabase(
    os.environ["SKB_YARDSTICK"], lock_type="IMMEDIATE", autoconnect=False,
    pragmas={"journal_mode": "wal", "synchronous": "full", "busy_timeout": 10_000},
)  # fmt: skip
lock = threading.Lock()
app = Flask("yardstick")


class Line(Model):
    """One row."""

    text = CharField()

    class Meta:
        database = db


with db.connection_context():
    db.create_tables([Line])


@app.get("/log-ind")
def alive() -> str:
    """The server answers."""
    return "ok"


@app.post("/commit")
def commit() -> str:
    """Insert a row and make it durable."""
    with db.connection_context(), lock, db.atomic():
        Line.insert(text="x").execute()
    return "ok"
