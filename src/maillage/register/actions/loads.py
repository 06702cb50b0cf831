"""The life of a Sirene load: begun, activated at once, settled in small steps, discarded or taken back.

Everything a load stages is invisible until `activate`, one tiny transaction. New names and addresses
are written after it (`settle`), in steps that can be cut anywhere and taken up again; withdrawn names
are wiped inside the activation itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.register import bulk, indexing
from maillage.register.models import (
    RESTING,
    Establishment,
    LegalUnit,
    Load,
    PendingChange,
    Period,
    Reject,
    Source,
    Spell,
)

STEP = 500  # rows a transaction, so that other writers wait a few hundredths of a second
_SPELLESS = """
SELECT e.id FROM register_establishment e WHERE e.id > %s
AND NOT EXISTS (SELECT 1 FROM register_spell s WHERE s.establishment_id = e.id) LIMIT %s"""
_TABLES = {"u": "register_legalunit", "e": "register_establishment"}


@transaction.atomic
def begin_load(
    *,
    digest: str,
    files: list[dict[str, str]],
    territory: str,
    vintage: date | None,
    by: Actor,
    into: Load | None = None,
    source: str = Source.SIRENE,
) -> Load:
    """Open a load of Sirene files, or the one confirmed on screen; it shows nothing until it is activated.

    Raises:
        Conflict: a more recent stock of the same territory is active.
    """
    newer = Load.objects.visible().filter(source=source, territory=territory)
    if vintage and newer.filter(vintage__gt=vintage).exists():
        raise Conflict(
            _("A more recent stock of this territory is already loaded."),
            remedy=_("Undo that load first, or take a more recent file."),
        )
    last_place = Establishment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last_unit = LegalUnit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    load = into or Load(source=source, loaded_by=by.person_id, staged_at=clock.now())
    load.digest, load.files = digest, files
    load.territory, load.vintage = territory, vintage
    load.progress = {"last_place": last_place, "last_unit": last_unit}
    load.counts = {}  # those of the preview are counted again
    load.save()
    load.rejects.all().delete()  # those of the preview are told again
    return load


@transaction.atomic
def activate(*, load: Load) -> None:
    """Make everything the load staged known from this instant, and wipe the names it withdraws."""
    withdrawn = load.pending.filter(withdraws=True)
    _apply(list(withdrawn))
    _hide_places(withdrawn.filter(target="u").values_list("target_id", flat=True))
    _hide_forms(withdrawn)
    _forget_signs(withdrawn)
    load.state = Load.State.ACTIVE
    load.activated_at = clock.now()
    load.save(update_fields=["state", "activated_at"])


def _hide_places(units: Iterable[int]) -> None:
    """A firm that withdraws its diffusion hides all its places, those of other territories too."""
    places = Establishment.objects.filter(legal_unit__in=list(units), diffusion="O")
    hidden = list(places.values_list("pk", flat=True))
    places.update(
        diffusion="P", trade_name="", usual_name="", complement="", street="", street_number="",
        lon=None, lat=None,
    )  # fmt: skip
    indexing.refresh(hidden)


def _hide_forms(withdrawn: QuerySet[PendingChange]) -> None:
    """What was read on the door of a firm before it was matched goes with the names it withdraws."""
    places = withdrawn.filter(target="e").values("target_id")
    units = withdrawn.filter(target="u").values("target_id")
    of_hidden = Q(reconciled_to__in=places) | Q(reconciled_to__legal_unit__in=units)
    for form in Establishment.objects.filter(of_hidden, reconciled_to__isnull=False):
        forget_names(form)


def _forget_signs(withdrawn: QuerySet[PendingChange]) -> None:
    """The signs of past periods go with the names."""
    places = withdrawn.filter(target="e").values("target_id")
    units = withdrawn.filter(target="u").values("target_id")
    of_hidden = Q(establishment__in=places) | Q(establishment__legal_unit__in=units)
    Period.objects.filter(of_hidden).update(trade_name="", usual_name="")


def forget_names(place: Establishment) -> None:
    """The firm turns out to have asked INSEE for partial diffusion: what was read on its door goes too."""
    hidden = "P"
    LegalUnit.objects.filter(pk=place.legal_unit_id).update(
        name="", trade_names="", acronym="", diffusion=hidden
    )
    Establishment.objects.filter(pk=place.pk).update(
        trade_name="", street_number="", street="", complement="", lon=None, lat=None,
        diffusion=hidden,
    )  # fmt: skip
    indexing.refresh([place.pk])


def settle(*, load: Load) -> None:
    """Write the names and addresses that an active load brought; can be cut and run again."""
    while True:
        with transaction.atomic():
            step = list(load.pending.order_by("pk")[:STEP])
            if not step:
                break
            _apply(step)
            PendingChange.objects.filter(pk__in=[change.pk for change in step]).delete()
    indexing.merge()
    load.settled_at = clock.now()
    load.save(update_fields=["settled_at"])


def settle_all() -> None:
    """Finish what a killed process left of loads that are already active."""
    for load in Load.objects.unsettled():
        settle(load=load)


def _apply(changes: Sequence[PendingChange]) -> None:
    groups: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = defaultdict(list)
    for change in changes:
        names = tuple(sorted(change.fields))
        groups[change.target, names].append([*(change.fields[n] for n in names), change.target_id])
    for (target, names), rows in groups.items():
        assignments = ", ".join(f'"{name}" = %s' for name in names)
        bulk.execute_many(f'UPDATE "{_TABLES[target]}" SET {assignments} WHERE id = %s', rows)  # noqa: S608 -- names of our own columns
    places = {c.target_id for c in changes if c.target == "e"}
    units = {c.target_id for c in changes if c.target == "u"}
    places |= set(Establishment.objects.filter(legal_unit__in=units).values_list("pk", flat=True))
    indexing.refresh(places)


def discard(*, load: Load) -> None:
    """Remove, step by step, whatever an abandoned load had staged; nobody had seen any of it."""
    for table in ("register_spell", "register_period", "register_successionlink"):
        while _step_back(table, "load_id = %s", [load.pk]):
            pass
    last_place, last_unit = (load.progress.get(k, 0) for k in ("last_place", "last_unit"))
    while _discard_places(after=last_place):
        pass
    discard_lone_units(after=last_unit)
    with transaction.atomic():
        PendingChange.objects.filter(load=load).delete()
        Reject.objects.filter(load=load).delete()
        load.state = Load.State.FAILED
        load.save(update_fields=["state"])


def _discard_places(*, after: int) -> int:
    with transaction.atomic():
        ids = [row[0] for row in bulk.fetch(_SPELLESS, [after, STEP])]
        indexing.remove(ids)
        condition, param = bulk.any_of(ids)
        return bulk.execute(f"DELETE FROM register_establishment WHERE id {condition}", [param])  # noqa: S608


def discard_lone_units(*, after: int) -> None:
    """Remove legal units above row `after` that have no place: none of theirs lies in the territory."""
    lone = (
        "id > %s AND NOT EXISTS (SELECT 1 FROM register_establishment e"
        " WHERE e.legal_unit_id = register_legalunit.id)"
    )
    while _step_back("register_legalunit", lone, [after]):
        pass


def _step_back(table: str, condition: str, params: Sequence[Any]) -> int:
    with transaction.atomic():
        # Two statements: as one, PostgreSQL may look for the rows again for each row of the table.
        wanted = f"SELECT id FROM {table} WHERE {condition} LIMIT {STEP}"  # noqa: S608 -- our own words
        ids = [row[0] for row in bulk.fetch(wanted, params)]
        named, param = bulk.any_of(ids)
        return bulk.execute(f"DELETE FROM {table} WHERE id {named}", [param]) if ids else 0  # noqa: S608


def mark_undone(load: Load, by: Actor) -> None:
    """Close the load of one firm met in the field: its spells stop counting now."""
    load.state = Load.State.UNDONE
    load.undone_at = clock.now()
    load.undone_by = by.person_id
    load.save(update_fields=["state", "undone_at", "undone_by"])


def take_back_resting(load: Load) -> None:
    """Past periods and links were told over a stock: those told since it was active leave with it."""
    resting = Load.objects.filter(
        source__in=RESTING,
        territory=load.territory,
        state=Load.State.ACTIVE,
        activated_at__gte=load.activated_at,
    )
    for one in resting:
        one.state = Load.State.UNDONE
        one.undone_at = max(load.undone_at or clock.now(), one.activated_at or clock.now())
        one.undone_by, one.undone_because = load.undone_by, load.undone_because
        one.save(update_fields=["state", "undone_at", "undone_by", "undone_because"])


def restore_last_word(load: Load) -> None:
    """Screens show the last word still known of each place that the undone load had changed.

    Names and addresses are not versioned: they stay as the load left them.
    """
    touched = Spell.objects.current().filter(establishment__in=load.spells.values("establishment"))
    for spell in touched.select_related("establishment").iterator(STEP):
        Establishment.objects.filter(pk=spell.establishment_id).update(
            state=spell.state,
            commune=spell.commune,
            created_on=spell.opened_on,
            activity=spell.activity,
            nomenclature=spell.nomenclature,
            size_band=spell.size_band,
        )
