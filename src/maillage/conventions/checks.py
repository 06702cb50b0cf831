"""What a text must satisfy in this instance: its indicators are declared, its territory and partners known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from maillage import figures, places
from maillage.accounts.models import Organisation
from maillage.conventions.text.document import ConventionText, OrganisationText, VersionText
from maillage.conventions.text.problems import Path, Problem, nearest
from maillage.conventions.text.rules import targets_of
from maillage.kernel import clock


def target_problems(text: VersionText, path: Path = ()) -> Iterator[Problem]:
    """Targets that name an indicator, or a version of it, that nobody declared."""
    known = figures.REGISTRY.versions
    for at, target in targets_of(text, path):
        versions = known.get(target.indicator)
        if versions is None:
            close = nearest(target.indicator, known) or figures.REGISTRY.nearest(target.indicator)
            yield Problem(
                (*at, "indicator"),
                _("The indicator “%(code)s” does not exist.") % {"code": target.indicator},
                _("Nearest: %(codes)s.") % {"codes": ", ".join(close)},
            )
        elif target.version not in versions:
            yield Problem(
                (*at, "version"),
                _("“%(code)s” has no version %(version)s.")
                % {"code": target.indicator, "version": target.version},
                _("Known: %(versions)s.") % {"versions": ", ".join(map(str, sorted(versions)))},
            )


def territory_problems(
    territory: str, on: date | None, path: Path = ("territory",)
) -> Iterator[Problem]:
    """A territory that nothing answers to on the day the text takes effect."""
    if not territory:
        return
    try:
        places.perimeter(territory, on or clock.today())
    except places.UnknownTerritory as error:
        yield Problem(path, str(error.reason), str(error.remedy) or str(_("Check its key.")))


class Partners:
    """The organisations a text names, found here by SIREN, short name or name."""

    def __init__(self, given: Iterable[OrganisationText], names: Iterable[str]) -> None:
        self.given = {item.short_name: item for item in given}
        self.found: dict[str, Organisation] = {}
        self.missing: list[str] = []
        everybody = list(Organisation.objects.all())
        for name in sorted(set(names)):
            match = _match(self.given.get(name) or OrganisationText(name), everybody)
            if match is None:
                self.missing.append(name)
            else:
                self.found[name] = match

    def problems(self) -> Iterator[Problem]:
        """One for each organisation not found, with what can be done about it."""
        for name in self.missing:
            described = name in self.given
            yield Problem(
                ("organisations", list(self.given).index(name)) if described else (),
                _("The organisation “%(name)s” is not known here.") % {"name": name},
                _("Load again with --create-organisations, or create it first.")
                if described
                else _("Describe it in [[organisations]] with its name and kind, or correct it."),
            )

    def create_missing(self) -> None:
        """Create the missing ones that the file describes."""
        kinds = set(Organisation.Kind.values)
        for name in list(self.missing):
            item = self.given.get(name)
            if item is None or item.kind not in kinds:
                continue
            self.found[name] = Organisation.objects.create(
                name=item.name or name, short_name=name, kind=item.kind, siren=item.siren
            )
            self.missing.remove(name)


def _match(wanted: OrganisationText, everybody: list[Organisation]) -> Organisation | None:
    """By SIREN first; else by either name, when only one organisation bears it."""
    if wanted.siren:
        for organisation in everybody:
            if organisation.siren == wanted.siren:
                return organisation
    names = {wanted.short_name.casefold(), wanted.name.casefold()} - {""}
    bearing = [
        organisation
        for organisation in everybody
        if {organisation.short_name.casefold(), organisation.name.casefold()} & names
    ]
    return bearing[0] if len(bearing) == 1 else None


def convention_problems(text: ConventionText) -> list[Problem]:
    """What this instance cannot take in a whole convention, organisations aside."""
    first = next((v.effective_on for v in text.versions if v.effective_on), None)
    found = list(territory_problems(text.territory, first))
    for rank, version in enumerate(text.versions):
        found += target_problems(version, ("versions", rank))
    return found
