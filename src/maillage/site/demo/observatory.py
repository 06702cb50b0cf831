"""The observatories of the demonstration: an invented stock of two départements, observed and published.

Same door as a real one: files in INSEE's columns are built into observations, loaded, published.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from maillage import places
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.figures.observations import building, loading
from maillage.figures.observations.stock import Files
from maillage.kernel.identifiers import uuid7
from maillage.observatory import observed_publishing
from maillage.places import districts
from maillage.site.stock.making import make
from maillage.site.stock.views import Plan

AS_OF = date(2020, 6, 30)
SINCE = date(2010, 1, 1)
SIZES = {"small": 8_000, "full": 60_000}
"""How many establishments are invented, by size of the demonstration."""
DEPARTMENTS = ("59", "62")
PUBLISHED = {"200093201": "MEL", "246200364": "CALL", "245900428": "MEL"}
"""The territories that have an observatory, and the partner that publishes each: MEL, CALL, Dunkerque."""

Tell = Callable[[str], None]


def play(establishments: int, tell: Tell) -> None:
    """Invent a stock, observe it, publish what it says of three territories."""
    with TemporaryDirectory() as folder:
        tell(f"an invented stock of {establishments} establishments")
        plan = Plan(establishments, 20_200_630, AS_OF, DEPARTMENTS)
        history, stock, links, units = sorted(make(plan, Path(folder) / "stock"), key=_role)
        tell("observing it")
        files = Files((units,), (stock,), (history,), (links,))
        path = building.build(_order(files, Path(folder) / "observed"))
        vintage = loading.load(
            loading.Loading(
                path=path,
                as_of=AS_OF,
                history_start=SINCE,
                source="Stock inventé",
                is_invented=True,
                territories=sorted(PUBLISHED),
                files=[
                    {"name": one.name, "bytes": one.stat().st_size}
                    for one in (units, stock, history, links)
                ],
            ),
            tell,
        )
    for territory, partner in PUBLISHED.items():
        observed_publishing.publish(
            territory=territory,
            vintage=vintage,
            by=System("demonstration", organisation=Organisation.objects.get(short_name=partner)),
            once=str(uuid7()),
        )


def _order(files: Files, out: Path) -> building.Order:
    """All the communes of both départements are observed; those of the published territories open."""
    areas = places.areas_on(AS_OF)
    everywhere = {
        found["commune"] for found in areas.of.values() if found["department"] in DEPARTMENTS
    }
    shown = {code for one in PUBLISHED for code in places.perimeter(one, AS_OF).communes}
    return building.Order(
        files=files,
        areas=areas,
        out=out,
        as_of=AS_OF,
        history_start=SINCE,
        only=frozenset(everywhere),
        opened=frozenset(shown),
        neighbourhoods=districts.drawn_on(AS_OF),
    )


def _role(path: Path) -> int:
    """History, establishments, links, legal units: the order in which their names are told apart."""
    names = ("Historique", "StockEtablissement_", "Liens", "UniteLegale")
    return next(rank for rank, name in enumerate(names) if name in path.name)
