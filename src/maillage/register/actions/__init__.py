"""Every write of the register: firms from the field, and the life of a load."""

from maillage.register.actions.belongings import end_belonging, tell_belonging
from maillage.register.actions.crafts import publish_crafts
from maillage.register.actions.field import add_provisional, reconcile
from maillage.register.actions.loads import (
    activate,
    begin_load,
    discard,
    discard_lone_units,
    restore_last_word,
    settle,
    settle_all,
    take_back_resting,
)

__all__ = [
    "activate",
    "add_provisional",
    "begin_load",
    "discard",
    "discard_lone_units",
    "end_belonging",
    "publish_crafts",
    "reconcile",
    "restore_last_word",
    "settle",
    "settle_all",
    "take_back_resting",
    "tell_belonging",
]
