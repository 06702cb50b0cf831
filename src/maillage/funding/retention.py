"""What is kept of published grants: as long as the instance, for they are public by law; a firm erased here is nameless."""

from __future__ import annotations

from typing import Any

from maillage.funding import models
from maillage.kernel.retention import Kept, Subject, Whose
from maillage.kernel.text import Words


def _of_firm(grants: Any, firm: Subject) -> Any:
    """The grants that name one of its establishments."""
    return grants.filter(beneficiary_siret__startswith=firm.siren)


KEPT = {
    models.PublishedGrant: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: ces listes sont publiées par la loi. Une entreprise effacée ici n’y est "
            "plus nommée.",
            en="As long as the instance: these lists are published by law. A firm erased here is named there no more.",
        ),
        personal="beneficiary_name beneficiary_siret haystack",
        typed="purpose conditions",
        plain="mark reference funder_name funder_siret beneficiary_rna nature period rae scheme",
        whose=Whose.FIRM,
        holding=_of_firm,
        bearing="beneficiary_name purpose",
        erased={"beneficiary_name": "", "beneficiary_siret": "", "purpose": "", "haystack": ""},
    )
}
