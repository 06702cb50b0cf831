"""A convention whose figures can be computed: one floor, one target by axis, what is watched, money."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.conventions.actions import money, turns
from maillage.conventions.importers.toml_file import load
from maillage.conventions.models import Convention, Entry
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.kernel.periods import Period
from maillage.observatory import publishing
from tests.factories import accounts, conventions as make, outreach, places, register
from tests.spec.drawn import noon

_numbers = itertools.count(1)

PARTIES = make.PARTIES.replace("33.34", "100").replace("66.66", "0")
TEXT = (
    make.HEAD.replace("signed_on = 2019-06-01", "signed_on = 2019-04-05")
    + PARTIES
    + make.VOTE
    + """
[[versions.axes]]
code = "1"
title = "Prospecter les artisans"

[[versions.axes.actions]]
code = "1.1"
title = "Visiter les entreprises"
pilot = "CMA"
due_on = 2020-12-31

[[versions.axes]]
code = "2"
title = "Emploi dans les quartiers prioritaires"

[[versions.axes.targets]]
code = "A2"
kind = "target"
indicator = "outreach.attempts_closed"
version = 1
filter = { organisations = ["CMA"], territory = "mel" }
amount = 350

[[versions.axes.actions]]
code = "2.1"
title = "Créer des espaces ressources"
pilot = "CMA"
due_on = 2020-03-01

[[versions.targets]]
code = "T1"
kind = "floor"
indicator = "outreach.firms_prospected"
version = 1
filter = { organisations = ["CMA"], territory = "mel" }
amount = 10
by_on = 2020-12-31

[[versions.targets]]
code = "S1"
kind = "monitor"
indicator = "outreach.coverage"
version = 1
filter = { organisations = ["CMA"], territory = "mel" }

[[versions.budget]]
funder = "MEL"
amount_euros = 150000
"""
)

AMENDMENT = (
    """
[[versions]]
number = 1
signed = true
signed_on = 2020-04-01
effective_on = 2020-04-01
effective_until = 2020-12-31
amount_euros = 150000
announced_actions = 12
"""
    + PARTIES
    + """
[[versions.axes]]
code = "1"
title = "Relancer l'artisanat"

[[versions.axes.actions]]
code = "1.1"
title = "Appeler les entreprises"
pilot = "CMA"

[[versions.targets]]
code = "T1"
kind = "floor"
indicator = "outreach.firms_prospected"
version = 1
filter = { organisations = ["CMA"], territory = "mel" }
amount = 20
by_on = 2020-12-31
"""
)


@dataclass
class Situation:
    """A convention, its two parties, and those who act in it."""

    convention: Convention
    epci: Organisation
    chamber: Organisation
    officer: Actor
    adviser: Actor

    def visits(self, days: str, **firm: Any) -> list[Any]:
        """One visit of a new firm on each day, recorded that noon."""
        return [self.visit(day, register.establishment(**firm)) for day in days.split()]

    def visit(self, day: str, firm: Any, recorded: str = "") -> Any:
        """A visit of a firm on a day, known that noon or on a later one."""
        with clock.at(noon(recorded or day)):
            return outreach.visit(self.adviser, firm, occurred_on=date.fromisoformat(day))

    def pay(
        self, euros: int, day: str, kind: str = Entry.Kind.PAYMENT, action: str = "1.1"
    ) -> Entry:
        """Money of the intercommunality paid to the chamber for an action."""
        with clock.at(noon(day)):
            return money.enter(
                money=money.Money(
                    kind=kind,
                    label="Subvention",
                    on=date.fromisoformat(day),
                    amount_cents=euros * 100,
                    funder=self.epci,
                    payee=self.chamber,
                    convention=self.convention,
                    charges={f"{self.convention.slug}/{action}": euros * 100},
                ),
                by=self.officer,
                once=uuid7(),
            )

    def commit(self, euros: int, day: str, action: str = "1.1") -> Entry:
        """The same money, committed."""
        return self.pay(euros, day, Entry.Kind.COMMITMENT, action)

    def turn(self, action: str, kind: str, day: str, reason: str = "") -> None:
        """Something happened to an action."""
        with clock.at(noon(day)):
            turns.turn_action(
                convention=self.convention,
                action_key=f"{self.convention.slug}/{action}",
                kind=f"conventions.action_{kind}",
                on=date.fromisoformat(day),
                by=self.officer,
                once=uuid7(),
                reason_code=reason,
            )

    def publish(
        self, period: str = "2019-04-05..2020-05-31", at: str = "2020-06-01", reason: str = "again"
    ) -> Publication:
        """The figures of a period, published."""
        with clock.at(noon(at)):
            return publishing.publish(
                convention=self.convention,
                period=Period.parse(period),
                by=self.officer,
                once=str(uuid7()),
                reason=reason,
            )


def convention(
    keeper: Organisation, partner: Organisation, *, amended: bool = False, floor: int = 10
) -> Convention:
    """A signed convention between two organisations, known since its first day."""
    slug = f"convention-obs-{next(_numbers)}"
    text = make.between(keeper, partner, TEXT, slug).replace("amount = 10\n", f"amount = {floor}\n")
    with clock.at(noon("2019-04-05")):
        made = load(text, by=System("a test")).convention
    if amended:
        with clock.at(noon("2020-04-02")):
            later = text + make.between(keeper, partner, AMENDMENT, slug)
            made = load(later, by=System("a test")).convention
    return made


def situation(*, amended: bool = False, floor: int = 10) -> Situation:
    """A convention of the MEL with nothing recorded yet."""
    places.places_loaded()
    number = next(_numbers)
    epci = accounts.organisation("epci", name=f"Métropole {number}", short_name=f"MEL {number}")
    chamber = accounts.organisation(name=f"Chambre {number}", short_name=f"CMA {number}")
    return Situation(
        convention(epci, chamber, amended=amended, floor=floor),
        epci,
        chamber,
        accounts.actor(Role.OFFICER, epci),
        accounts.actor(Role.ADVISER, chamber),
    )
