"""What the people of an instance need first: colleagues, and the partners they work with."""

from __future__ import annotations

from django.utils.translation import gettext as _, ngettext

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Organisation
from maillage.accounts.steps import Found, Step
from maillage.kernel.text import Words
from maillage.ui.formats import number


def _people(actor: Actor) -> Found:
    own = Membership.objects.visible_to(actor).current()
    count = own.filter(organisation_id=actor.organisation_id).values("person").distinct().count()
    told = ngettext("%(count)s person has access", "%(count)s people have access", count)
    return Found(count > 1, told % {"count": number(count)})


def _partners(actor: Actor) -> Found:
    others = Organisation.objects.filter(is_active=True).exclude(pk=actor.organisation_id)
    count = others.count()
    if not count:
        return Found(done=False, told=_("Your organisation is alone here"))
    told = ngettext("%(count)s partner organisation", "%(count)s partner organisations", count)
    return Found(done=True, told=told % {"count": number(count)})


steps.declare(
    Step(
        "people",
        rank=30,
        title=Words(fr="Inviter des personnes", en="Invite people"),
        why=Words(
            fr="Une conseillère, une chargée de mission : chacune avec son rôle.",
            en="An adviser, an officer: each with their role.",
        ),
        look=_people,
        page="invitations",
    )
)
steps.declare(
    Step(
        "partners",
        rank=40,
        title=Words(fr="Nommer les partenaires", en="Name the partners"),
        why=Words(
            fr="Une convention engage plusieurs organisations ; chacune ouvre ses propres accès.",
            en="A convention binds several organisations; each opens its own accesses.",
        ),
        look=_partners,
        page="accounts:organisations",
    )
)
