"""What files say of entries: versions that nobody sees before the load is active, nor once it is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from maillage.accounts.models import Organisation
from maillage.catalogue.content import Content
from maillage.catalogue.models import Entry, EntryVersion
from maillage.catalogue.vocabulary import Sort
from maillage.kernel import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a file: which entry of its source, what it says, and who provides it there."""

    source_id: str
    content: Content
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What the last visible load said of an entry."""

    digest: str
    told_on: date
    provider_id: str


def kinds(source: str, told: Sequence[Told]) -> list[str]:
    """What each line would do: `new`, `changed`, `confirmed` at a later day, or `unchanged` since a file last spoke.

    A line that says what the last file said leaves alone what people wrote since.
    """
    spoken = _spoken(source, [one.source_id for one in told])
    return [_kind(one, spoken.get(one.source_id)) for one in told]


def _kind(told: Told, last: _Spoken | None) -> str:
    if last is None:
        return "new"
    if (last.digest, last.provider_id) != (told.content.digest, told.provider_id):
        return "changed"
    return "confirmed" if told.content.told_on > last.told_on else "unchanged"


def _spoken(source: str, ids: Iterable[str]) -> dict[str, _Spoken]:
    rows = EntryVersion.objects.visible().filter(
        load__isnull=False, entry__source=source, entry__source_id__in=list(ids)
    )
    names = ("entry__source_id", "digest", "told_on", "provider__source_id")
    found = rows.order_by("number").values_list(*names)
    return {one: _Spoken(digest, day, provider or "") for one, digest, day, provider in found}


def take_in(
    *, source: str, sort: Sort, told: Sequence[Told], load: int, providers: str = ""
) -> None:
    """Write the versions of a chunk into a load that is not active yet; what says nothing new is passed over.

    `providers` is the source under which the providers of these entries are known, before or after them.
    """
    news = [
        one for one, kind in zip(told, kinds(source, told), strict=True) if kind != "unchanged"
    ]  # fmt: skip
    entries = _entries(source, sort, [one.source_id for one in news])
    offered_by = {one.provider_id for one in news} - {""}
    known = _entries(providers, Sort.PROVIDER, sorted(offered_by)) if offered_by else {}
    last = dict(
        EntryVersion.objects.filter(entry__in=entries.values())
        .order_by()
        .values_list("entry")
        .annotate(Max("number"))
    )
    now = clock.now()
    EntryVersion.objects.bulk_create(
        EntryVersion(
            entry_id=entries[one.source_id],
            number=last.get(entries[one.source_id], 0) + 1,
            load_id=load,
            made_at=now,
            provider_id=known.get(one.provider_id),
            **one.content.fields(),
        )
        for one in news
    )


def _entries(source: str, sort: Sort, ids: Sequence[str]) -> dict[str, int]:
    """The entries of these identifiers, made when they are not there; they say nothing by themselves."""
    now = clock.now()
    Entry.objects.bulk_create(
        [Entry(sort=sort, source=source, source_id=one, made_at=now) for one in ids],
        ignore_conflicts=True,
    )
    rows = Entry.objects.filter(source=source, source_id__in=ids)
    return dict(rows.values_list("source_id", "pk"))


def discard(*, load: int) -> int:
    """Remove what a load that never was active wrote."""
    return EntryVersion.objects.filter(load=load).delete()[0]


def find_partners(*, load: int) -> None:
    """Which partner of the instance answers for the entries of a load: the one that bears the provider's SIREN."""
    told = EntryVersion.objects.filter(load=load)
    sirens = told.exclude(provider_siren="").values_list("provider_siren", flat=True).distinct()
    for partner in Organisation.objects.filter(is_active=True, siren__in=list(sirens)):
        named = list(told.filter(provider_siren=partner.siren).values_list("entry", flat=True))
        Entry.objects.filter(pk__in=named).update(partner=partner)
    offers = EntryVersion.objects.filter(provider__partner__isnull=False, entry__partner=None)
    for partner_id in set(offers.values_list("provider__partner", flat=True)):
        theirs = offers.filter(provider__partner=partner_id).values("entry")
        Entry.objects.filter(pk__in=list(theirs.values_list("entry", flat=True))).update(
            partner_id=partner_id
        )
