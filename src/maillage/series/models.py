"""External series as their files told them: files by vintage, and a line for each area and detail."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.intake.models import Load


class SeriesFileQuerySet(models.QuerySet["SeriesFile"]):
    """Readings of files. They are everybody's: another body has published them."""

    def standing(self) -> SeriesFileQuerySet:
        """Those of a load that counts, the newest vintage first."""
        known = Load.objects.visible()
        return self.filter(load__in=known).order_by("-vintage", "-load_id")


class SeriesFile(models.Model):
    """One file of a series: of which day its publisher dates it, where it was had, under which licence."""

    load = models.OneToOneField(Load, models.PROTECT, related_name="+", verbose_name=_("load"))
    series = models.CharField(_("series"), max_length=20)
    vintage = models.DateField(_("day of the file"))
    url = models.CharField(_("where it was had"), max_length=500)
    licence = models.CharField(_("licence"), max_length=120)
    is_invented = models.BooleanField(_("invented"), default=False)

    objects = SeriesFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a series")
        verbose_name_plural = _("files of series")
        ordering = ("series", "-vintage", "-load_id")
        indexes = (models.Index(fields=("series", "-vintage"), name="series_newest"),)

    def __str__(self) -> str:
        return f"{self.series}, {self.vintage:%Y-%m-%d}"

    @property
    def taken(self) -> int:
        """How many of its lines are of the series."""
        return self.load.accepted - self.load.count("aside")

    @property
    def revised(self) -> int:
        """How many of its lines said otherwise than what had been said before."""
        return self.load.count("changed")


class SeriesLineQuerySet(models.QuerySet["SeriesLine"]):
    """Readings of lines."""

    def of(self, files: Collection[SeriesFile], areas: Collection[str]) -> SeriesLineQuerySet:
        """What these files say of these areas."""
        return self.filter(file__in=[one.pk for one in files], area__in=list(areas))


class SeriesLine(models.Model):
    """What a file says of one area, of one detail of it if it is split.

    A file with a column a period has one line for all of them, one with a row a period has a line for each. `said` is a list of `[period, thousandths or null, mark of the publisher, provisional]`: numbers are integers, a value that is
    withheld is null with the mark that stood in its place.
    """

    file = models.ForeignKey(
        SeriesFile, models.CASCADE, related_name="lines", verbose_name=_("file")
    )
    number = models.PositiveBigIntegerField(_("line of the file"))
    area = models.CharField(_("area"), max_length=10)
    area_name = models.CharField(_("name of the area"), max_length=120, blank=True)
    detail = models.CharField(_("detail"), max_length=40, blank=True)
    since = models.CharField(_("first period"), max_length=7)
    said = models.JSONField(_("what is said"), default=list)

    objects = SeriesLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a series")
        verbose_name_plural = _("lines of series")
        ordering = ("file", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("file", "area", "detail", "since"), name="series_area_told_once_a_file"
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.detail}".strip()
