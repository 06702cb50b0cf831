"""What a text must satisfy in this instance: its indicators are declared, its territory and partners known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from maillage import figures, ledger, places
from maillage.accounts.models import Organisation
from maillage.conventions.text.document import (
    ConventionText,
    OrganisationText,
    TargetKind,
    TargetText,
    VersionText,
)
from maillage.conventions.text.problems import Path, Problem, nearest
from maillage.conventions.text.rules import targets_of
from maillage.kernel import clock


def version_problems(text: VersionText, path: Path = ()) -> Iterator[Problem]:
    """What this instance cannot take in one version."""
    for at, target in targets_of(text, path):
        for problem in target_problems(target, text.effective_on):
            yield problem.under(at)
    if text.signed_on and text.signed_on > clock.today():
        yield Problem(
            (*path, "signed_on"),
            _("The day of signature is still to come."),
            _("Sign on the day itself."),
        )


def target_problems(target: TargetText, on: date | None) -> Iterator[Problem]:
    """A promise that no declared indicator can measure, as the text writes it."""
    known = figures.REGISTRY.versions
    versions = known.get(target.indicator)
    if versions is None:
        close = nearest(target.indicator, known) or figures.REGISTRY.nearest(target.indicator)
        yield Problem(
            ("indicator",),
            _("The indicator “%(code)s” does not exist.") % {"code": target.indicator},
            _("Nearest: %(codes)s.") % {"codes": ", ".join(close)},
        )
    elif target.version not in versions:
        yield Problem(
            ("version",),
            _("“%(code)s” has no version %(version)s.")
            % {"code": target.indicator, "version": target.version},
            _("Known: %(versions)s.") % {"versions": ", ".join(map(str, sorted(versions)))},
        )
    else:
        yield from _measurable(target, versions[target.version])
    yield from _filter_problems(target, on)


def _measurable(target: TargetText, definition: figures.Definition) -> Iterator[Problem]:
    accepted = figures.accepted(definition)
    for name in sorted(set(target.filter) - accepted):
        yield Problem(
            ("filter", name),
            _("The indicator “%(code)s” cannot be filtered by “%(key)s”.")
            % {"code": target.indicator, "key": name},
            _("It takes: %(keys)s.") % {"keys": ", ".join(sorted(accepted))},
        )
    if target.kind is not TargetKind.MONITOR and definition.unit == "ratio":
        yield Problem(
            ("kind",),
            _("“%(code)s” is a share: no amount of it is promised.") % {"code": target.indicator},
            _("Watch it, and promise the number it counts."),
        )


def _filter_problems(target: TargetText, on: date | None) -> Iterator[Problem]:
    territory = str(target.filter.get("territory", ""))
    yield from territory_problems(territory, on, ("filter", "territory"))
    themes = ledger.themes.themes()
    for theme in target.filter.get("themes", ()):
        if theme not in themes:
            close = nearest(theme, themes) or sorted(themes)
            yield Problem(
                ("filter", "themes"),
                _("The theme “%(code)s” does not exist.") % {"code": theme},
                _("Nearest: %(codes)s.") % {"codes": ", ".join(close)},
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
        ranks = {name: rank for rank, name in enumerate(self.given)}
        for name in self.missing:
            described = self.given.get(name)
            at: Path = ("organisations", ranks[name]) if described else ()
            if described and described.kind not in Organisation.Kind.values:
                yield Problem(
                    (*at, "kind"),
                    _("“%(kind)s” is no kind of organisation.") % {"kind": described.kind},
                    _("Choose among: %(words)s.")
                    % {"words": ", ".join(sorted(Organisation.Kind.values))},
                )
                continue
            yield Problem(
                at,
                _("The organisation “%(name)s” is not known here.") % {"name": name},
                _("Load again with --create-organisations, or create it first.")
                if described
                else _("Describe it in [[organisations]] with its name and kind, or correct it."),
            )

    def create_missing(self) -> None:
        """Create the missing ones that the file describes."""
        for name in list(self.missing):
            item = self.given.get(name)
            if item is None or item.kind not in Organisation.Kind.values:
                continue
            self.found[name] = Organisation.objects.create(
                name=item.name or name, short_name=name, kind=item.kind, siren=item.siren
            )
            self.missing.remove(name)

    def twice(self, text: VersionText, path: Path) -> Iterator[Problem]:
        """One organisation that is a party under two of its names."""
        parties = [self.found[p.organisation] for p in text.parties if p.organisation in self.found]
        for organisation, count in Counter(parties).items():
            if count > 1:
                yield Problem(
                    (*path, "parties"),
                    _("“%(name)s” is a party twice, under two names.") % {"name": organisation},
                    _("Keep one of the two."),
                )


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


def convention_problems(text: ConventionText, partners: Partners) -> list[Problem]:
    """What this instance cannot take in a whole convention."""
    first = next((v.effective_on for v in text.versions if v.effective_on), None)
    found = [*partners.problems(), *territory_problems(text.territory, first)]
    for rank, version in enumerate(text.versions):
        path = ("versions", rank)
        found += [*version_problems(version, path), *partners.twice(version, path)]
    return found
