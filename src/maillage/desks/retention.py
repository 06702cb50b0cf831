"""What is kept of desks: that they were held and whom they welcomed, for good; the names of project leaders, three years."""

from __future__ import annotations

from typing import Any

from maillage.desks import models
from maillage.desks.models.welcomes import NAMELESS
from maillage.kernel.retention import DECIDED, PROOF, Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words


def _born(projects: Any, firm: Subject) -> Any:
    """The project that the firm was born of."""
    return projects.filter(establishment__in=firm.places)


KEPT = {
    models.Place: Kept(why=DECIDED, typed="name address", plain="commune lon lat once"),
    models.Session: Kept(why=PROOF, plain="starts_at ends_at series cancelled_because"),
    models.Project: Kept(
        why=Words(
            fr="Le projet sous son pseudonyme, tant que l’instance existe\u00a0; le nom et le contact, trois ans après la "
            "dernière rencontre, ou jusqu’à ce que la personne s’y oppose.",
            en="The project under its pseudonym, as long as the instance; the name and the contact, three years after "
            "the last meeting, or until the person objects.",
        ),
        personal="name phone email activity commune district",
        whose=Whose.PROJECT,
        plain="pseudonym basis forgotten_because once",
        holding=_born,
        bearing="name phone email activity",
        erased=NAMELESS,
        rules=(
            Rule(
                name="names_of_project_leaders",
                words=Words(
                    fr="Noms de porteurs de projet vidés", en="Names of project leaders emptied"
                ),
                after=years(3),
                since="last_met_on",
                empties=NAMELESS,
            ),
        ),
    ),
    models.Step: Kept(why=PROOF, plain="stage once"),
    models.Awareness: Kept(
        why=DECIDED, typed="school partners", plain="audience once cancelled_because"
    ),
    models.Welcome: Kept(why=PROOF, plain="purpose themes once cancelled_because"),
}
