"""What is kept of the catalogue: a directory of services; the name of an erased firm is struck out of its texts."""

from __future__ import annotations

from maillage.catalogue import models
from maillage.kernel.retention import DECIDED, PUBLIC, Kept
from maillage.kernel.text import Words

KEPT = {
    models.Entry: Kept(why=DECIDED, plain="sort source source_id once"),
    models.EntryVersion: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: annuaire de services, dont chaque version explique ce qui a été proposé.",
            en="As long as the instance: a directory of services, each version of which explains what was proposed.",
        ),
        typed="title summary description nature provider_name how fees_told contact_name phone email address link topics "
        "other told_by haystack",
        plain="digest provider_siren fees themes moments areas areas_out activities activities_out legal_forms legal_forms_out segments",
    ),
    models.Link: Kept(why=PUBLIC, typed="url", plain="digest why"),
}
