"""What comes in by file on the first days: the past that partners kept, and the priority neighbourhoods."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.steps import Found, Step
from maillage.intake.models import Load
from maillage.kernel.text import Words
from maillage.ui.formats import day


def _loaded(source: str) -> Callable[[Actor], Found]:
    """Whether a load of this source counts now, among those the reader may see."""

    def look(actor: Actor) -> Found:
        loads = Load.objects.readable_by(actor).visible().filter(source=source)
        newest = loads.order_by("-id").values_list("activated_at", flat=True).first()
        if newest is None:
            return Found(done=False, told=_("Nothing loaded yet"))
        return Found(done=True, told=_("Loaded on %(day)s") % {"day": day(newest)})

    return look


steps.declare(
    Step(
        "past_acts",
        rank=50,
        title=Words(fr="Reprendre les actes passés", en="Take over past acts"),
        why=Words(
            fr="Les visites, besoins et aides tenus jusqu’ici dans un tableur, chacun à son jour.",
            en="Visits, needs and grants kept so far in a spreadsheet, each on its day.",
        ),
        look=_loaded("past_acts"),
        page="intake:loads",
        command="maillage import_acts FILE --mapping FILE.toml",
    )
)
steps.declare(
    Step(
        "districts",
        rank=60,
        title=Words(fr="Charger les quartiers prioritaires", en="Load the priority neighbourhoods"),
        why=Words(
            fr="Leurs contours disent de chaque acte s’il a eu lieu dans un quartier.",
            en="Their outlines say of each act whether it took place in one.",
        ),
        look=_loaded("qpv"),
        page="intake:loads",
        command="maillage load_qpv FILE",
    )
)
