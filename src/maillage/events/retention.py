"""What is kept of events: that they were held and who came, as acts; names and addresses one year, what was said three."""

from __future__ import annotations

from maillage.events import models
from maillage.kernel.retention import DECIDED, PROOF, Kept, Rule, Whose, years
from maillage.kernel.text import Words

_CONTACT = {"name": "", "email": "", "phone": ""}

KEPT = {
    models.Event: Kept(
        why=DECIDED,
        typed="title_fr title_en about_fr about_en place address guide mayor",
        plain="kind starts_at ends_at commune lon lat action_key once cancelled_because",
    ),
    models.Registration: Kept(
        why=Words(
            fr="Qu’une place a été prise et si l’on est venu, tant que l’instance existe\u00a0; le nom et l’adresse, un an.",
            en="That a seat was taken and whether they came, as long as the instance; name and address, one year.",
        ),
        personal="name email phone",
        whose=Whose.FIRM,
        plain="origin language came_by ended_because once",
        rules=(
            Rule(
                name="names_of_registrations",
                words=Words(
                    fr="Noms et adresses d’inscriptions vidés",
                    en="Names and addresses of registrations emptied",
                ),
                after=years(1),
                since="registered_at",
                empties=_CONTACT,
            ),
        ),
        firm="legal_unit",
        erased=_CONTACT,
    ),
    models.Workshop: Kept(
        why=DECIDED,
        typed="title_fr title_en about_fr about_en room host",
        plain="starts_at ends_at cancelled_because once",
    ),
    models.Choice: Kept(why=PROOF),
    models.Contribution: Kept(
        why=Words(
            fr="Qu’une contribution a été faite, tant que l’instance existe\u00a0; ses mots, trois ans.",
            en="That a contribution was made, as long as the instance; its words, three years.",
        ),
        personal="words",
        whose=Whose.FIRM,
        plain="said theme ended_because once",
        rules=(
            Rule(
                name="words_of_contributions",
                words=Words(fr="Mots des contributions vidés", en="Words of contributions emptied"),
                after=years(3),
                since="made_at",
                empties={"words": ""},
            ),
        ),
        firm="line__legal_unit",
        erased={"words": ""},
    ),
}
