"""Entries of the catalogue and what is said of them: versions are insert-only, the last visible one speaks (ADR 0027)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.fields import CodesField
from maillage.catalogue.vocabulary import OFFERED, Fees, Flag, Sort
from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7
from maillage.ledger import themes

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

RESOURCE = "catalogue"
#: How the scheme of an act begins when it is an entry: its public key follows.
SCHEME = "entry:"
#: Those who keep the entries that their organisation provides or wrote.
KEEPERS = (Role.OFFICER, Role.SERVICE_MANAGER, Role.ADMINISTRATOR)
#: An entry that nobody touched for so long has to be confirmed.
STALE_AFTER = timedelta(days=365)


def holding(field: str, *codes: str) -> Q:
    """The rows of which a field of codes holds one of these."""
    found = Q(pk__in=())
    for code in codes:
        found |= Q(**{f"{field}__contains": f"|{code}|"})
    return found


class Entry(models.Model):
    """A service, a scheme or a provider (*fiche*), whatever is said of it: what referrals and acts name for good."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    sort = models.CharField(_("sort"), max_length=10, choices=Sort.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )  # fmt: skip
    partner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("partner who answers"),
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=20, blank=True)
    source_id = models.CharField(_("identifier in the source"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("entered at"))
    once = models.CharField(_("idempotency key"), max_length=80, unique=True, null=True)  # noqa: DJ001 -- null: several rows without a key

    class Meta:
        verbose_name = _("entry of the catalogue")
        verbose_name_plural = _("entries of the catalogue")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~Q(source=""),
                name="catalogue_entry_once_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}".strip() or str(self.key)

    @property
    def scheme(self) -> str:
        """What the acts of the referrals that use it name."""
        return f"{SCHEME}{self.key}"

    def is_kept_by(self, actor: Actor) -> bool:
        """Whether the actor's organisation wrote it, or answers for it."""
        mine = actor.organisation_id
        return bool(mine) and mine in {self.organisation_id, self.partner_id}


class EntryVersionQuerySet(models.QuerySet["EntryVersion"]):
    """Readings of what is said of entries. They are for whoever signs in: nobody's records, but a directory."""

    def visible(self) -> EntryVersionQuerySet:
        """What people wrote, and what active loads brought."""
        return self.filter(Q(load=None) | Q(load__in=Load.objects.visible()))

    def current(self) -> EntryVersionQuerySet:
        """The last word on each entry."""
        every = EntryVersion.objects.visible().filter(entry=OuterRef("entry")).order_by("-number")
        return self.visible().filter(pk=Subquery(every.values("pk")[:1]))

    def offered(self) -> EntryVersionQuerySet:
        """The last word on each service and scheme that was not retired, with who provides it."""
        rows = self.current().filter(entry__sort__in=OFFERED, is_retired=False)
        return rows.with_provider()

    def with_provider(self) -> EntryVersionQuerySet:
        """Each with the last name of its provider, as `provided_by`, and whether its page is dead, as `link_is_dead`."""
        named = EntryVersion.objects.visible().filter(entry=OuterRef("provider"))
        title = named.order_by("-number").values("title")[:1]
        dead = Link.objects.dead().filter(url=OuterRef("link"))
        return self.select_related("entry__partner", "entry__organisation").annotate(
            provided_by=Subquery(title), link_is_dead=Exists(dead)
        )

    def open_on(self, day: date) -> EntryVersionQuerySet:
        """Those that are open on a day."""
        begun = Q(valid_from=None) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_until=None) | Q(valid_until__gte=day))

    def kept_by(self, actor: Actor) -> EntryVersionQuerySet:
        """Those that the actor's organisation wrote or answers for; administrators also keep nobody's."""
        mine = actor.organisation_id
        kept = Q(entry__organisation=mine) | Q(entry__partner=mine)
        if actor.has(Role.ADMINISTRATOR):
            kept |= Q(entry__organisation=None, entry__partner=None)
        return self.filter(kept)

    def flagged(self, flag: str, day: date) -> EntryVersionQuerySet:
        """Those to be looked at again for one reason, as of a day."""
        return self.filter(_FLAGS[Flag(flag)](day))

    def covering(self, areas: frozenset[str]) -> EntryVersionQuerySet:
        """Those that serve a place known by the codes of its areas; those that say no area serve none for sure."""
        inside = Q(everywhere=True) | holding("areas", *sorted(areas))
        return self.filter(inside & ~holding("areas_out", *sorted(areas)))


_FLAGS: Mapping[Flag, Callable[[date], Q]] = {
    Flag.EXPIRED: lambda day: Q(valid_until__lt=day),
    Flag.STALE: lambda day: Q(told_on__lte=day - STALE_AFTER),
    Flag.THEMELESS: lambda _day: Q(themes=""),
    Flag.DEAD: lambda _day: Q(link__in=Link.objects.dead().values("url")),
}


class EntryVersion(models.Model):
    """What was said of an entry, by whom or by which file, since when. Never changed: the next one replaces it."""

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="versions", verbose_name=_("entry")
    )
    number = models.PositiveIntegerField(_("version"))
    load = models.ForeignKey(
        Load, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("load")
    )
    made_at = models.DateTimeField(_("written at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("written by"),
    )  # fmt: skip
    digest = models.CharField(_("fingerprint"), max_length=64)
    is_retired = models.BooleanField(_("retired"), default=False)

    title = models.CharField(_("name"), max_length=200)
    summary = models.CharField(_("in one line"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    nature = models.CharField(_("nature of the help"), max_length=200, blank=True)
    provider = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("provider")
    )  # fmt: skip
    provider_name = models.CharField(_("provider"), max_length=200, blank=True)
    provider_siren = models.CharField(_("SIREN of the provider"), max_length=9, blank=True)
    how = models.TextField(_("how to ask"), blank=True)
    fees = models.CharField(_("fees"), max_length=4, choices=Fees.choices, blank=True)
    fees_told = models.CharField(_("about the fees"), max_length=300, blank=True)
    contact_name = models.CharField(_("who answers"), max_length=150, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    link = models.URLField(_("page"), max_length=2083, blank=True)
    themes = CodesField(_("themes"), blank=True)
    topics = models.CharField(_("topics in the source"), max_length=1000, blank=True)

    moments = CodesField(_("moments of a firm’s life"), blank=True)
    everywhere = models.BooleanField(_("everywhere"), default=False)
    areas = CodesField(_("areas"), blank=True)
    areas_out = CodesField(_("but not in"), blank=True)
    activities = CodesField(_("activities"), blank=True)
    activities_out = CodesField(_("activities left out"), blank=True)
    is_priority = models.BooleanField(_("activities served first"), default=False)
    headcount_min = models.PositiveIntegerField(_("least headcount"), null=True, blank=True)
    headcount_max = models.PositiveIntegerField(_("most headcount"), null=True, blank=True)
    legal_forms = CodesField(_("legal forms"), blank=True)
    legal_forms_out = CodesField(_("legal forms left out"), blank=True)
    segments = CodesField(_("sorts of firm"), blank=True)
    age_min = models.PositiveSmallIntegerField(_("least age in years"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("age in years, less than"), null=True, blank=True)
    qpv_only = models.BooleanField(_("priority neighbourhoods only"), default=False)
    other = models.TextField(_("other conditions"), blank=True)
    valid_from = models.DateField(_("open from"), null=True, blank=True)
    valid_until = models.DateField(_("open until"), null=True, blank=True)

    told_by = models.CharField(_("told by"), max_length=100, blank=True)
    told_on = models.DateField(_("up to date on"))
    haystack = models.TextField(_("words to search"), blank=True)

    objects = EntryVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="catalogue_version_once"),
            models.CheckConstraint(
                name="catalogue_headcounts_in_order",
                condition=Q(headcount_min=None) | Q(headcount_max=None)
                | Q(headcount_min__lte=F("headcount_max")),
            ),
            models.CheckConstraint(
                name="catalogue_days_in_order",
                condition=Q(valid_from=None) | Q(valid_until=None)
                | Q(valid_from__lte=F("valid_until")),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["load"], name="catalogue_version_load")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_dead(self) -> bool:
        """Whether its page was found dead, when it was read `with_provider`."""
        return bool(getattr(self, "link_is_dead", False))

    @property
    def provided(self) -> str:
        """Who provides it, in words: the partner, the provider's own entry, or the name that the file gives."""
        named = getattr(self, "provided_by", None)
        if named is None and self.provider is not None:
            named = ""
        partner = self.entry.partner.name if self.entry.partner else ""
        return named or self.provider_name or partner

    @property
    def conditions(self) -> Conditions:
        """What it asks of a firm."""
        names = Conditions.__dataclass_fields__
        return Conditions(**{name: getattr(self, name) for name in names})

    @property
    def theme_words(self) -> list[str]:
        """What it answers, in words."""
        found = (themes.find(code) for code in self.themes)
        return [str(one.words) for one in found if one]

    def flags(self, day: date) -> list[Flag]:
        """Why it has to be looked at again."""
        told = {
            Flag.EXPIRED: self.valid_until is not None and self.valid_until < day,
            Flag.STALE: self.told_on <= day - STALE_AFTER,
            Flag.THEMELESS: not self.themes,
            Flag.DEAD: self.is_dead,
        }
        return [flag for flag, holds in told.items() if holds]


class LinkQuerySet(models.QuerySet["Link"]):
    """Readings of links."""

    def dead(self) -> LinkQuerySet:
        """Those that failed on two days with no answer between."""
        return self.filter(failed_again_on__isnull=False)

    def due(self, day: date) -> LinkQuerySet:
        """Those that were not asked on a day, the longest unasked first."""
        late = Q(checked_on=None) | Q(checked_on__lt=day)
        return self.filter(late).order_by(F("checked_on").asc(nulls_first=True), "pk")


class Link(models.Model):
    """The page of an entry, and when it last answered or failed to: dead after two failures on two days."""

    digest = models.CharField(_("fingerprint"), max_length=64, unique=True)
    url = models.URLField(_("page"), max_length=2083)
    checked_on = models.DateField(_("asked on"), null=True, blank=True)
    answered_on = models.DateField(_("last answered on"), null=True, blank=True)
    failed_on = models.DateField(_("failed on"), null=True, blank=True)
    failed_again_on = models.DateField(_("failed again on"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True, blank=True)
    why = models.CharField(_("why it failed"), max_length=20, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of the catalogue")
        verbose_name_plural = _("links of the catalogue")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="catalogue_link_fails_again_later",
                condition=Q(failed_again_on=None) | Q(failed_on__lt=F("failed_again_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @classmethod
    def digest_of(cls, url: str) -> str:
        """By what a link is found, however long it is."""
        return hashlib.sha256(url.encode()).hexdigest()

    @classmethod
    def of(cls, url: str) -> Link:
        """A link that nobody asked yet."""
        return cls(digest=cls.digest_of(url), url=url)

    @property
    def site(self) -> str:
        """The site that is asked for it."""
        return urlsplit(self.url).netloc.casefold()

    @property
    def is_dead(self) -> bool:
        """Whether it failed on two days with no answer between."""
        return self.failed_again_on is not None
