"""What is kept of people and of their rights, and how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat

from maillage.accounts import models
from maillage.accounts.identity import Identity
from maillage.accounts.invitations import Invitation
from maillage.accounts.runs import RetentionRun
from maillage.kernel.retention import DECIDED, PASSING, PROOF, PUBLIC, Kept, Rule, Whose, years
from maillage.kernel.text import Words

_LEFT = years(3)


def _left(people: Any, limit: datetime) -> Any:
    """Those who have had no membership since that day; whoever never had one left nothing behind."""
    every = models.Membership.objects.unscoped(
        reason="whether somebody is still of an organisation"
    )
    own = every.filter(person=OuterRef("pk"))
    ended = Coalesce(Cast("ended_at__date", models.Membership.ends_on.field), F("ends_on"))
    since = own.alias(end=ended).filter(Q(end=None) | Q(end__gte=limit.date()))
    return people.filter(Exists(own), ~Exists(since))


_NOBODY = Concat(Value("left-"), Cast("pk", CharField()), Value("@left.invalid"))

KEPT = {
    Identity: Kept(why=PUBLIC, plain="territory language accent logo logo_type logo_digest sender"),
    models.Organisation: Kept(why=PUBLIC, plain="name short_name siren kind"),
    models.Person: Kept(
        why=Words(
            fr="Le temps de son travail ici, puis trois ans\u00a0: qui a fait quoi doit pouvoir être demandé.",
            en="While they work here, then three years: who did what may have to be asked.",
        ),
        personal="password email name",
        whose=Whose.MEMBER,
        plain="language",
        rules=(
            Rule(
                name="people_who_left",
                words=Words(
                    fr="Nom, adresse et mot de passe vidés", en="Name, address and password emptied"
                ),
                after=_LEFT,
                rows=_left,
                empties={"name": "", "email": _NOBODY, "password": "!", "is_active": False},
            ),
        ),
    ),
    models.Membership: Kept(why=PROOF, plain="role perimeter"),
    Invitation: Kept(
        why=Words(
            fr="Jusqu’à la réponse, puis trois mois pour qu’on puisse demander qui a été invité.",
            en="Until it is answered, then three months during which one may ask who was invited.",
        ),
        personal="email name",
        whose=Whose.MEMBER,
        plain="role perimeter language",
        rules=(
            Rule(
                name="old_invitations",
                words=Words(fr="Invitation supprimée", en="Invitation removed"),
                after=timedelta(days=90),
                since="expires_at",
            ),
        ),
    ),
    models.Share: Kept(why=DECIDED, typed="purpose ended_because", plain="resource sensitivity"),
    models.Access: Kept(
        why=Words(
            fr="Un an\u00a0: l’entreprise peut demander qui a lu ce qui la concerne.",
            en="One year: a firm may ask who read what concerns it.",
        ),
        personal="why",
        whose=Whose.MEMBER,
        plain="resource object_key subject_key",
        rules=(
            Rule(
                name="old_accesses",
                words=Words(fr="Ligne du journal supprimée", en="Line of the journal removed"),
                after=years(1),
                since="at",
            ),
        ),
    ),
    models.Change: Kept(why=PROOF, plain="what object_key detail"),
    models.Bucket: Kept(
        why=PASSING,
        plain="name digest spent",
        rules=(
            Rule(
                name="old_attempts",
                words=Words(fr="Compte des essais supprimé", en="Count of attempts removed"),
                after=timedelta(days=1),
                since="expires_at",
            ),
        ),
    ),
    RetentionRun: Kept(why=PROOF, plain="detail"),
}
