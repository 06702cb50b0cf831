"""What is kept of firms: what INSEE opens, until they are erased."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from maillage.kernel.retention import DECIDED, PASSING, PUBLIC, Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words
from maillage.register import models
from maillage.register.models.firms import Diffusion

_REGISTER = Words(
    fr="Tant que l’instance existe ou jusqu’à l’effacement\u00a0: information ouverte par l’INSEE, tenue à jour.",
    en="As long as the instance or until erased: information that INSEE opens, kept up to date.",
)

_ITS_RIGHTS = Words(
    fr="Tant que l’instance existe\u00a0: la preuve que l’entreprise a pu exercer ses droits.",
    en="As long as the instance: the proof that the firm could use its rights.",
)


def _pending(changes: Any, firm: Subject) -> Any:
    """What a load still had to write about the firm."""
    places = Q(target="e", target_id__in=firm.places)
    return changes.filter(places | Q(target="u", target_id__in=firm.units))


def _links(links: Any, firm: Subject) -> Any:
    """The links of the firm, from inside the register or from outside."""
    here = Q(predecessor__in=firm.places) | Q(successor__in=firm.places)
    return links.filter(here | Q(outside_siret__startswith=firm.siren) if firm.siren else here)


KEPT = {
    models.LegalUnit: Kept(
        why=_REGISTER,
        personal="siren name trade_names acronym",
        whose=Whose.FIRM,
        plain="legal_category activity nomenclature size_band size_year ess state diffusion",
        firm="pk",
        erased={
            "siren": None,
            "diffusion": Diffusion.NONE,
            "name": "",
            "trade_names": "",
            "acronym": "",
        },
    ),
    models.FirmAccess: Kept(
        why=_ITS_RIGHTS,
        personal="sent_to",
        whose=Whose.FIRM,
        plain="language",
        rules=(
            Rule(
                name="addresses_of_firm_links",
                words=Words(
                    fr="Adresse vidée",
                    en="Address emptied",
                ),
                after=years(1),
                since="until",
                empties={"sent_to": ""},
            ),
        ),
        firm="legal_unit",
        erased={"sent_to": ""},
    ),
    models.Objection: Kept(why=_ITS_RIGHTS),
    models.Belonging: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: une clé de liste et une date, sans nom\u00a0; reprise quand la liste l’est.",
            en="As long as the instance: the key of a list and a day, without a name; taken back when the list is.",
        )
    ),
    models.CraftList: Kept(why=DECIDED, typed="because", plain="codes"),
    models.FirmRequest: Kept(
        why=_ITS_RIGHTS,
        personal="said answer",
        whose=Whose.FIRM,
        plain="what",
        rules=(
            Rule(
                name="requests_of_firms",
                words=Words(
                    fr="Demande et réponse vidées",
                    en="Request and answer emptied",
                ),
                after=years(5),
                since="answered_at",
                empties={"said": "–", "answer": "–"},
            ),
        ),
        firm="legal_unit",
        erased={"said": "–", "answer": "–"},
    ),
    models.Establishment: Kept(
        why=_REGISTER,
        personal="siret trade_name usual_name complement street_number street postcode lon lat",
        whose=Whose.FIRM,
        plain="commune commune_label activity nomenclature activity_2025 trade_register_code"
        " employer size_band size_year state diffusion",
        firm="legal_unit",
        erased={
            "siret": None,
            "diffusion": Diffusion.NONE,
            "trade_name": "",
            "usual_name": "",
            "complement": "",
            "street_number": "",
            "street": "",
            "postcode": "",
            "lon": None,
            "lat": None,
        },
    ),
    models.Spell: Kept(why=PUBLIC, plain="commune activity nomenclature size_band state"),
    models.Period: Kept(
        why=_REGISTER,
        personal="trade_name usual_name",
        whose=Whose.FIRM,
        plain="employer",
        firm="establishment__legal_unit",
        erased={"trade_name": "", "usual_name": ""},
    ),
    models.SuccessionLink: Kept(
        why=_REGISTER,
        personal="outside_siret",
        whose=Whose.FIRM,
        holding=_links,
        erased={"outside_siret": ""},
    ),
    models.PendingChange: Kept(
        why=PASSING, personal="fields", whose=Whose.FIRM, plain="target", holding=_pending
    ),
    models.Erasure: Kept(why=DECIDED, typed="reason", plain="digest salt"),
}
