"""What an instance needs before it is trusted with a year of work: a backup."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.steps import Found, Step
from maillage.kernel.text import Words
from maillage.site.health import is_backup_late
from maillage.site.models import last_backup
from maillage.ui.formats import moment


def _backed_up(_actor: Actor) -> Found:
    last = last_backup()
    if last is None or last.ended_at is None:
        return Found(done=False, told=_("No backup was ever made"))
    told = _("Last one on %(moment)s") % {"moment": moment(last.ended_at)}
    return Found(done=not is_backup_late(last), told=told)


steps.declare(
    Step(
        "backup",
        rank=70,
        title=Words(fr="Sauvegarder l’instance chaque jour", en="Back up the instance every day"),
        why=Words(
            fr="Dans un dossier d’une autre machine : ce qui n’est pas sauvegardé peut se perdre.",
            en="In a folder of another machine: what is not backed up may be lost.",
        ),
        look=_backed_up,
        command="maillage backup --out DIR",
    )
)
