"""Firms called back in the demonstration, since the winter when the chamber took to it: some say it helped, some still wait."""

from __future__ import annotations

import random
from datetime import date

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions
from maillage.needs.models import CallBack, Opinion
from maillage.needs.models.needs import MACHINE
from maillage.needs.vocabulary import CalledBack, YesNo
from maillage.site.demo.field import colleagues, evening

SINCE = date(2020, 1, 6)
#: Out of a hundred calls that wait on a working day: how many are made, and what the firm answers.
MADE = 0.3
#: How many say what they think, how many of these were not contacted, how many found it useful once it was settled.
GIVEN, NOT_CONTACTED, HELPED = 0.7, 0.12, 0.84
_ANSWERS = {CalledBack.SETTLED: 58, CalledBack.WAITING: 17, CalledBack.UNREACHED: 25}


class Callers:
    """The advisers of the chamber, played one day after the other."""

    def __init__(self, chamber: Organisation, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- an invented story, not a secret
        self.chamber = chamber
        self.advisers = {one.person_id: one for one in colleagues(chamber, Role.ADVISER)}

    def play(self, day: date) -> None:
        """In the morning the job says whom to call; before the evening some were called."""
        if day < SINCE:
            return
        with clock.at(evening(day, 8)):
            actions.call_backs_due(by=System("firms to call back"))
        with clock.at(evening(day, 17)):
            self._call()

    def _call(self) -> None:
        mine = CallBack.objects.visible_to(MACHINE).waiting()
        waiting = mine.filter(need__organisation=self.chamber).select_related("need__organisation")
        said_before = set(Opinion.objects.visible_to(MACHINE).values_list("need", flat=True))
        for call in waiting.order_by("pk"):
            who = self.advisers.get(call.person_id) or next(iter(self.advisers.values()))
            said = self.chance.choices(list(_ANSWERS), list(_ANSWERS.values()))[0]
            thinks = {} if call.need_id in said_before else self._thinks(said)
            if self.chance.random() < MADE:
                actions.call_back(call=call, outcome=said, by=who, **thinks)

    def _thinks(self, said: CalledBack) -> dict[str, str]:
        """Most firms reached say whether they were contacted, and whether it helped; their first answer stands."""
        drawn, useful = self.chance.random(), self.chance.random()
        if drawn > GIVEN:
            return {}
        if drawn < NOT_CONTACTED * GIVEN:
            return {"contacted": YesNo.NO}
        found = useful < (HELPED if said is CalledBack.SETTLED else HELPED / 2)
        return {"contacted": YesNo.YES, "useful": YesNo.YES if found else YesNo.NO}
