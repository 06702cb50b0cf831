"""The catalogue of the story: services and schemes that nobody offers, loaded from files and written on the form."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.catalogue import actions, files
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.content import Content, content_of
from maillage.catalogue.models import Entry, EntryVersion
from maillage.catalogue.vocabulary import Sort
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.site.demo.field import colleagues

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

WRITTEN, LOADED = date(2018, 4, 16), date(2018, 4, 23)
LOADED_AGAIN, CONFIRMED = date(2020, 2, 10), date(2020, 3, 2)
NORTH = ("59", "62")
INVENTED = "Service inventé pour la démonstration."

_STRUCTURES: Sequence[Mapping[str, Any]] = (
    {"id": "demo--s1", "nom": "Maison du numérique des artisans (inventée)", "commune": "Roubaix", "code_postal": "59100"},
)  # fmt: skip
_SERVICES: Sequence[Mapping[str, Any]] = (
    {
        "id": "demo--1", "structure_id": "demo--s1", "nom": "Atelier « vendre en ligne » (inventé)",
        "description": f"{INVENTED} Deux demi-journées pour ouvrir une boutique en ligne et prendre des rendez-vous.",
        "thematiques": ["numerique--acceder-a-des-services-en-ligne"], "type": "atelier", "frais": "gratuit",
        "zone_eligibilite": ["59", "62"], "publics": ["tous-publics"], "modes_mobilisation": ["telephoner"],
    },
    {
        "id": "demo--2", "structure_id": "demo--s1", "nom": "Prêt d’équipement informatique (inventé)",
        "description": f"{INVENTED} Un ordinateur prêté trois mois, le temps de choisir le sien.",
        "thematiques": ["numerique--acquerir-un-equipement"], "type": "aide-materielle", "frais": "gratuit",
        "zone_eligibilite": ["200093201"], "publics": ["residents-qpv-frr"],
        "conditions_acces": "Apporter un devis.",
    },
)  # fmt: skip
_SCHEMES: Sequence[Mapping[str, str]] = (
    {
        "titre": "Chèque énergie des ateliers (inventé)", "promesse": "Faites baisser la facture de votre atelier",
        "description": f"{INVENTED} Une visite, un plan, une aide à l’investissement.",
        "eligibilite": "Être à jour de ses cotisations.", "types_aides": "ingénierie|financement",
        "porteurs": '[{"nom": "Région inventée", "roles": ["financeur"]}]', "cibles": "professionnels",
        "eligibilite_geographique": "REG-32", "ciblage_secteur_activite": "artisanat",
        "eligibilite_effectif_maximal": "49", "eligibilite_annees_existence_minimal": "1",
    },
    {
        "titre": "Prime à la première embauche (inventée)", "promesse": "Embauchez votre premier salarié",
        "description": f"{INVENTED} Une prime la première année.", "eligibilite": "N’avoir jamais employé.",
        "types_aides": "financement", "porteurs": '[{"nom": "Région inventée", "roles": ["financeur"]}]',
        "cibles": "professionnels", "eligibilite_geographique": "DEP-59|DEP-62",
        "ciblage_secteur_activite": "tous secteurs d’activité", "eligibilite_effectif_maximal": "0",
        "date_cloture": "2020-12-31",
    },
)  # fmt: skip


def write_calendar(story: Story) -> None:
    """Entries of the partners in the spring of 2018, files a week later, a few confirmed two years after."""
    story.on(WRITTEN, 10, lambda: _write(story))
    story.on(LOADED, 10, lambda: _load(story))
    story.on(LOADED_AGAIN, 10, lambda: _load_services(_SERVICES[:1]))
    story.on(CONFIRMED, 10, lambda: _confirm(story))


def _write(story: Story) -> None:
    head = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]
    officer = story.officer("mel")
    for by, partner, content in (
        (head, "cma", _hand("Trouver un apprenti (inventé)", ("recruit", "first_hire"), segments=("craft_rm",))),
        (head, "cma", _hand("Préparer la reprise de l’entreprise (inventé)", ("transfer",), age_min=10)),
        (head, "cma", _hand("Rendez-vous trésorerie (inventé)", ("cash",), other="Apporter le dernier bilan.")),
        (head, "relay", _hand("Être visible sur les cartes en ligne (inventé)", ("online",), headcount_max=9)),
        (officer, "mel", _hand("Bourse aux locaux (inventée)", ("premises",), areas=("200093201", "245900410"))),
    ):  # fmt: skip
        actions.add_entry(
            sort=Sort.SERVICE, content=content, by=by, partner=story.partners[partner],
            once=str(uuid5(NAMESPACE_URL, f"demo-entry-{content.title}")),
        )  # fmt: skip


def _hand(title: str, themes: tuple[str, ...], **asked: Any) -> Content:
    return Content(
        title=title,
        told_on=clock.today(),
        summary=INVENTED,
        themes=themes,
        how="Par téléphone, du lundi au vendredi.",
        phone="03 00 00 00 00",
        fees="free",
        asks=Conditions(**({"areas": NORTH} | asked)),
    )


def _load_services(services: Sequence[Mapping[str, Any]]) -> None:
    """Structures and services as data·inclusion would tell of them; told again, they are confirmed."""
    told = {"source": "demo", "date_maj": clock.today().isoformat()}
    with TemporaryDirectory() as folder:
        for name, rows in (("structures.json", _STRUCTURES), ("services.json", services)):
            path = Path(folder) / name
            path.write_text(json.dumps([told | dict(row) for row in rows]), encoding="utf-8")
            _take(path)


def _load(story: Story) -> None:
    _load_services(_SERVICES)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dispositifs.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(
                out, sorted({name for row in _SCHEMES for name in (*row, *_AUTO)})
            )
            writer.writeheader()
            writer.writerows({**row, **_auto(row)} for row in _SCHEMES)
        _take(path)
    _give_themes(story)


_AUTO = ("id", "date_mise_a_jour")


def _auto(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "id": str(uuid5(NAMESPACE_URL, f"demo-{row['titre']}")),
        "date_mise_a_jour": clock.today().isoformat(),
    }


def _take(path: Path) -> None:
    answer, code = files.load(path, by=System("the demonstration loads its catalogue"))
    if code or answer["rejected"]:
        raise Invalid(f"{path.name}: {answer['notes']} {answer['rejects']}")


def _give_themes(story: Story) -> None:
    """Files of schemes carry no theme: an administrator gives them one."""
    by = colleagues(story.partners["cma"], Role.ADMINISTRATOR)[0]
    for start, theme in (("Chèque énergie", "energy"), ("Prime à la première", "first_hire")):
        version = EntryVersion.objects.offered().get(title__startswith=start)
        actions.edit_entry(
            entry=version.entry, content=content_of(version, themes=(theme,)), version=version.number, by=by
        )  # fmt: skip


def _confirm(story: Story) -> None:
    """Half of what was written is said to be still true; the rest waits on the list of what has to be checked."""
    by: Actor = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]
    kept = Entry.objects.filter(organisation=story.partners["cma"]).order_by("pk")
    for entry in kept[:2]:
        last = EntryVersion.objects.current().get(entry=entry)
        actions.confirm_entry(entry=entry, version=last.number, by=by)
