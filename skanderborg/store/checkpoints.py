"""Where the events of a chain begin, once old ones are pruned: a checkpoint, under a MAC, stands for those before it.

It keeps what is still asked of them: the end of the chain at each anchor, and the tags of the rows they wrote.
"""

import peewee

from .db import Table
from .fields import UtcField


class Checkpoint(Table):
    """The events of a chain up to `number` are pruned; the last of them had the HMAC `mac`.

    `ends`: JSON of [id of an event, its number, its HMAC], one for each anchor that ended there. `wrote`: JSON of
    [id of an event, what is kept of the rows it wrote], as far as no later event of the chain says otherwise.
    """

    chain = peewee.CharField(max_length=40, primary_key=True)
    number = peewee.IntegerField()
    mac = peewee.CharField(max_length=64)
    at = UtcField()
    ends = peewee.TextField()
    wrote = peewee.TextField()
    seal = peewee.CharField(max_length=64)
