"""What the conventions need first: one text."""

from __future__ import annotations

from django.utils.translation import gettext as _, ngettext

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.steps import Found, Step
from maillage.conventions.models import Convention
from maillage.kernel.text import Words
from maillage.ui.formats import number


def _entered(actor: Actor) -> Found:
    count = Convention.objects.visible_to(actor).count()
    if not count:
        return Found(done=False, told=_("No convention is entered yet"))
    told = ngettext("%(count)s convention", "%(count)s conventions", count)
    return Found(done=True, told=told % {"count": number(count)})


steps.declare(
    Step(
        "convention",
        rank=20,
        title=Words(fr="Saisir la convention", en="Enter the convention"),
        why=Words(
            fr="Ses axes, ses actions, ses promesses : une chargée de mission ou une responsable l’écrit à l’écran, "
            "ou on la charge d’un fichier.",
            en="Its axes, its actions, its promises: an officer or a manager writes it on screen, "
            "or it is loaded from a file.",
        ),
        look=_entered,
        page="conventions:conventions",
        command="maillage load_convention FILE",
    )
)
