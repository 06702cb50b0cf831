"""Legal units (SIREN) and their establishments (SIRET): who they are and where, as known today.

Names and addresses are not versioned (ADR 0009). When INSEE's diffusion status is not O, names,
street, number and position are not stored at all: nothing can show, search, export or print them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load
from maillage.kernel.identifiers import spaced_siret, uuid7
from maillage.register.models.time import Spell


class Diffusion(models.TextChoices):
    """INSEE's diffusion status; anything but O hides who the firm is."""

    OPEN = "O", _("open")
    PARTIAL = "P", _("partial")
    NONE = "N", _("none")


class LegalUnit(models.Model):
    """A firm (entreprise): a legal person or a sole trader, known by its SIREN when INSEE knows it."""

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    siren = models.CharField(_("SIREN"), max_length=9, null=True, blank=True, unique=True)
    diffusion = models.CharField(
        _("diffusion"), max_length=1, choices=Diffusion.choices, default=Diffusion.OPEN
    )
    is_natural_person = models.BooleanField(_("natural person"), default=False)
    name = models.CharField(_("name"), max_length=250, blank=True, default="")
    trade_names = models.CharField(_("usual names"), max_length=250, blank=True, default="")
    acronym = models.CharField(_("acronym"), max_length=20, blank=True, default="")
    legal_category = models.CharField(_("legal category"), max_length=4, blank=True, default="")
    created_on = models.DateField(_("created on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=1, blank=True, default="A")
    activity = models.CharField(_("activity"), max_length=6, blank=True, default="")
    nomenclature = models.CharField(_("nomenclature"), max_length=8, blank=True, default="")
    size_band = models.CharField(_("headcount band"), max_length=2, blank=True, default="")
    size_year = models.CharField(_("year of the band"), max_length=4, blank=True, default="")
    ess = models.CharField(_("social economy flag"), max_length=1, blank=True, default="")
    segments = models.BigIntegerField(_("segments"), default=0)
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("firm")
        verbose_name_plural = _("firms")
        constraints = [
            models.CheckConstraint(
                condition=Q(diffusion="O") | Q(name="", trade_names="", acronym=""),
                name="register_unit_hidden_has_no_name",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_open(self) -> bool:
        """Whether INSEE lets everybody know who this firm is."""
        return self.diffusion == Diffusion.OPEN

    @property
    def is_erased(self) -> bool:
        """Whether who it is was erased: what it counts for stays, its number and its names do not."""
        return self.diffusion == Diffusion.NONE and self.siren is None

    @property
    def display_name(self) -> str:
        """The firm's name, or the words that stand for one of partial diffusion, or erased."""
        if self.is_erased:
            return str(_("Erased firm"))
        if not self.is_open:
            return str(_("Undisclosed firm"))
        return self.name or self.trade_names or str(_("Unnamed firm"))


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    """Readings of establishments."""

    def known(self) -> EstablishmentQuerySet:
        """Establishments that a visible load tells of; a staged or undone load shows nothing."""
        return self.filter(Exists(Spell.objects.known().filter(establishment=OuterRef("pk"))))

    def of(self, legal_unit: LegalUnit) -> EstablishmentQuerySet:
        """The places of one firm, its seat first."""
        return self.filter(legal_unit=legal_unit).order_by("-is_headquarters", "siret", "id")


class Establishment(models.Model):
    """One place of a firm (établissement), known by its SIRET when INSEE knows it.

    `state`, `activity` and what follows are the last word, for screens; figures read the spells.
    """

    key = models.UUIDField(_("key"), default=uuid7, unique=True, editable=False)
    siret = models.CharField(_("SIRET"), max_length=14, null=True, blank=True, unique=True)
    legal_unit = models.ForeignKey(LegalUnit, models.PROTECT, related_name="establishments")
    diffusion = models.CharField(
        _("diffusion"), max_length=1, choices=Diffusion.choices, default=Diffusion.OPEN
    )
    is_headquarters = models.BooleanField(_("seat"), default=False)
    trade_name = models.CharField(_("trade name"), max_length=160, blank=True, default="")
    usual_name = models.CharField(_("usual name"), max_length=100, blank=True, default="")
    complement = models.CharField(_("address complement"), max_length=38, blank=True, default="")
    street_number = models.CharField(_("number"), max_length=20, blank=True, default="")
    street = models.CharField(_("street"), max_length=120, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=5, blank=True, default="")
    commune = models.CharField(_("commune"), max_length=5, blank=True, default="")
    commune_label = models.CharField(_("commune name"), max_length=100, blank=True, default="")
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=1, choices=Spell.State.choices, default="A")
    created_on = models.DateField(_("created on"), null=True, blank=True)
    period_on = models.DateField(_("present period since"), null=True, blank=True)
    activity = models.CharField(_("activity"), max_length=6, blank=True, default="")
    nomenclature = models.CharField(_("nomenclature"), max_length=8, blank=True, default="")
    activity_2025 = models.CharField(_("activity, NAF 2025"), max_length=6, blank=True, default="")
    trade_register_code = models.CharField(
        _("trade-register activity"), max_length=6, blank=True, default=""
    )
    employer = models.CharField(_("employer"), max_length=1, blank=True, default="")
    size_band = models.CharField(_("headcount band"), max_length=2, blank=True, default="")
    size_year = models.CharField(_("year of the band"), max_length=4, blank=True, default="")
    provisional = models.BooleanField(_("provisional"), default=False)
    reconciled_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="provisional_forms",
        db_index=False,
    )
    absent_since = models.ForeignKey(
        Load, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")
        indexes = [
            models.Index(fields=["commune", "street"], name="register_place_by_street"),
            # Few places have one, and without it each removal of a place would read the whole table.
            models.Index(
                fields=["reconciled_to"],
                condition=Q(reconciled_to__isnull=False),
                name="register_place_reconciled_to",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(diffusion="O")
                | Q(
                    trade_name="",
                    usual_name="",
                    complement="",
                    street="",
                    street_number="",
                    lon=None,
                    lat=None,
                ),
                name="register_place_hidden_has_no_name",
            ),
            models.CheckConstraint(
                condition=Q(reconciled_to=None) | Q(provisional=True),
                name="register_only_provisional_is_reconciled",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_open(self) -> bool:
        """Whether both the place and its firm may be named."""
        return self.diffusion == Diffusion.OPEN and self.legal_unit.is_open

    @property
    def display_name(self) -> str:
        """The sign over the door, else the firm's name; never the name of a firm of partial diffusion."""
        if not self.is_open:
            return (
                self.legal_unit.display_name
                if self.legal_unit.is_erased
                else str(_("Undisclosed firm"))
            )
        return self.trade_name or self.usual_name or self.legal_unit.display_name

    @property
    def address(self) -> str:
        """Street, postcode and commune; the commune alone for a firm of partial diffusion."""
        town = f"{self.postcode} {self.commune_label}".strip() or self.commune
        if not self.is_open:
            return self.commune_label or self.commune
        way = f"{self.street_number} {self.street}".strip()
        return ", ".join(part for part in (self.complement, way, town) if part)

    @property
    def spaced_siret(self) -> str:
        """The SIRET as it is read aloud, empty for a firm added in the field."""
        return spaced_siret(self.siret or "")
