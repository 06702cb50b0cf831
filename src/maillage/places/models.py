"""Communes, intercommunalities and what they were made of on each day.

Nothing outside this package holds a foreign key to these rows: other packages keep INSEE codes and
territory keys, which outlive any reload of the geography.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


class Vintage(models.Model):
    """One year of INSEE's official geographic code (COG) with the intercommunalities of 1 January."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    in_force_on = models.DateField(unique=True)
    package_version = models.CharField(max_length=40)
    loaded_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="Of all sources of the load it came with.")

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CommuneKind(models.TextChoices):
    """What an INSEE code of five characters designates today."""

    COMMUNE = "commune", "commune"
    ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
    FORMER = "former", "former commune"


class CommuneQuerySet(models.QuerySet["Commune"]):
    """Readings of the communes."""

    def named(self, folded: str) -> CommuneQuerySet:
        """Communes whose name contains the words, accents and case set aside."""
        return self.filter(search_name__contains=folded)

    def of_department(self, code: str) -> CommuneQuerySet:
        """Communes of one département, today's only."""
        return self.filter(department=code, kind=CommuneKind.COMMUNE)


class Commune(models.Model):
    """An INSEE commune code, its latest name, and its municipal population in each vintage.

    A year absent from `populations` means that the code was no commune of full standing that year;
    a null means that INSEE publishes no population for it.
    """

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120)
    search_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=CommuneKind.choices)
    department = models.CharField(max_length=3, db_index=True)
    siren = models.CharField(max_length=9, blank=True, db_index=True)
    arrondissement = models.CharField(
        max_length=4, blank=True, default="", help_text="Of the State, within its département."
    )
    populations: models.JSONField[dict[str, int | None], dict[str, int | None]] = models.JSONField(
        default=dict
    )

    objects = CommuneQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def population(self, year: int) -> int | None:
        """Its municipal population in the vintage of `year`."""
        return self.populations.get(str(year))

    def population_near(self, year: int) -> int | None:
        """In the vintage that counts it nearest to a year, at or before it when there is one."""
        return self.population(self.vintage_near(year))

    def vintage_near(self, year: int) -> int:
        """The vintage that counts it nearest to a year, at or before it when there is one."""
        years = sorted(map(int, self.populations))
        return max((y for y in years if y <= year), default=years[0] if years else year)


class TerritoryKind(models.TextChoices):
    """The sorts of territory that bear a name and a key; only an EPCI has dated spells."""

    EPCI = "epci", "EPCI"
    DEPARTMENT = "department", "département"


class Territory(models.Model):
    """An intercommunality or a département under a key that never changes, whatever its SIREN becomes."""

    key = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=TerritoryKind.choices)
    name = models.CharField(max_length=160)
    search_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class TerritorySpellQuerySet(models.QuerySet["TerritorySpell"]):
    """Readings of the spells."""

    def on(self, day: date) -> TerritorySpellQuerySet:
        """Those that hold on a day."""
        return self.filter(_holds_on(day))


class TerritorySpell(models.Model):
    """How a territory was numbered, called and counted between two days, both included.

    `total_population` is the DGCL's «population totale» (municipal plus counted apart).
    """

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="spells")
    vintage = models.ForeignKey(Vintage, models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    siren = models.CharField(max_length=9, db_index=True)
    name = models.CharField(max_length=160)
    total_population = models.PositiveIntegerField(null=True, blank=True)

    objects = TerritorySpellQuerySet.as_manager()

    class Meta:
        ordering = ["territory", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "starts_on"], name="places_spell_one_per_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="places_spell_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.starts_on})"


class CommuneMembershipQuerySet(models.QuerySet["Membership"]):
    """Readings of the memberships."""

    def on(self, day: date) -> CommuneMembershipQuerySet:
        """Those that hold on a day."""
        return self.filter(_holds_on(day))


class Membership(models.Model):
    """A commune belonging to an intercommunality between two days, both included.

    Law: a commune belongs to at most one EPCI with its own taxation at a time (CGCT, art. L5210-2).
    """

    commune_code = models.CharField(max_length=5, db_index=True)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = CommuneMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["commune_code", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune_code", "starts_on"], name="places_membership_one_per_start"
            ),
            models.UniqueConstraint(
                fields=["commune_code"],
                condition=Q(ends_on__isnull=True),
                name="places_membership_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="places_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune_code} → {self.territory_id} ({self.starts_on})"


class Succession(models.Model):
    """From a day on, what was said of one INSEE code is said of another.

    A commune re-established has a row towards itself. `on` is blank when INSEE's history does not
    tell the day: the change is then older than every vintage.
    """

    old_code = models.CharField(max_length=5, db_index=True)
    new_code = models.CharField(max_length=5)
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["old_code", "on"]
        constraints = [
            models.UniqueConstraint(fields=["old_code", "on"], name="places_succession_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class Outline(models.Model):
    """The polygon of a commune in degrees (WGS84, well-known binary): exact, and for the screen."""

    code = models.CharField(max_length=5, unique=True)
    department = models.CharField(max_length=3, db_index=True)
    exact = models.BinaryField()
    screen = models.BinaryField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Edition(models.Model):
    """What one load of a file brought: it counts while active, the latest first for what it tells again.

    `load` is the key of the load in the journal, which stands above this package.
    """

    load = models.BigIntegerField(unique=True)
    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["activated_at", "id"]

    def __str__(self) -> str:
        return f"{self.load}"


class PriorityDistrict(models.Model):
    """A priority neighbourhood (*quartier prioritaire de la ville*, QPV) between two days, both included."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="districts")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=160)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    shape = models.BinaryField()

    class Meta:
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"], name="places_district_once_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SectorCommune(models.Model):
    """A commune put into a sector of a territory by a file that somebody loaded."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sectors")
    territory = models.CharField(max_length=40)
    sector = models.CharField(max_length=40)
    fr = models.CharField(max_length=80)
    en = models.CharField(max_length=80)
    commune = models.CharField(max_length=5)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "territory", "commune"], name="places_sector_commune_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sector} {self.commune}"


class ZoneCommune(models.Model):
    """A commune put into an employment zone by a table that somebody loaded."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=4)
    name = models.CharField(max_length=160, blank=True)
    commune = models.CharField(max_length=5)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "commune"], name="places_zone_commune_once"),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.commune}"


def _holds_on(day: date) -> Q:
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))
