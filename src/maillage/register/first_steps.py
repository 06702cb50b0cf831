"""What the register needs first: INSEE's stock files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.steps import Found, Step
from maillage.intake.models import Load
from maillage.kernel.text import Words
from maillage.register.models.time import Source
from maillage.ui.formats import day


def _loaded(_actor: Actor) -> Found:
    newest = Load.objects.visible().filter(source=Source.SIRENE).order_by("-id").first()
    if newest is None:
        return Found(done=False, told=_("No firm is known yet"))
    told = _("Files of %(day)s") if newest.vintage else _("Files loaded")
    return Found(done=True, told=told % {"day": day(newest.vintage)})


steps.declare(
    Step(
        "register",
        rank=10,
        title=Words(fr="Charger le registre des entreprises", en="Load the register of firms"),
        why=Words(
            fr="Les deux fichiers stock de l’INSEE, pour votre territoire.",
            en="INSEE's two stock files, for your territory.",
        ),
        look=_loaded,
        page="intake:loads",
        command="maillage import_sirene --units FILE --establishments FILE --territory SIREN",
    )
)
