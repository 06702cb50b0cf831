"""Routes of what goes out, and the one where signed links land."""

from __future__ import annotations

from maillage.accounts import policy
from maillage.accounts.policy import EVERYONE, Rule, Scope, route
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.post import views
from maillage.post.permissions import OPERATORS

app_name = "post"

MESSAGES = policy.term("messages", fr="Messages envoyés", en="Messages sent")
FILES = policy.term("post_files", fr="Fichiers à remettre", en="Files to hand over")
LINKS = policy.term("links", fr="Liens signés", en="Signed links")
DECIDE = policy.term("decide", fr="Décider", en="Decide")

NOT_THE_TEXT = Words(
    fr="À qui, quand et avec quel résultat ; pas ce que disent les messages.",
    en="To whom, when and with what result; not what the messages say.",
)
HOLDER = Words(
    fr="Qui tient le lien tient le droit, une fois et pour un temps.",
    en="Whoever holds the link holds the right, once and for a time.",
)

_personal = Sensitivity.PERSONAL
_list = Rule("list", MESSAGES, OPERATORS, sensitivity=_personal, why=NOT_THE_TEXT)
_try = Rule("create", MESSAGES, OPERATORS, sensitivity=_personal)
_read = Rule("read", MESSAGES, OPERATORS, Scope.OWN, _personal, why=NOT_THE_TEXT)
_decide = Rule(DECIDE, MESSAGES, OPERATORS, Scope.OWN, _personal)
_gather = Rule("create", FILES, OPERATORS, sensitivity=_personal)
_see = Rule("read", FILES, OPERATORS, Scope.OWN, _personal)
_take = Rule("export", FILES, OPERATORS, Scope.OWN, _personal)
_close = Rule("end", FILES, OPERATORS, Scope.OWN, _personal)
_look = Rule("read", LINKS, EVERYONE, Scope.ANY, why=HOLDER)
_use = Rule("use", LINKS, EVERYONE, Scope.ANY, why=HOLDER)

urlpatterns = [
    route("envois/", views.outbox, name="outbox", get=_list),
    route("envois/essai/", views.trial, name="trial", post=_try),
    route("envois/fichiers/", views.gather, name="gather", post=_gather),
    route("envois/fichiers/<uuid:key>/", views.batch, name="batch", maker="batch",
          get=_see, post=_take),
    route("envois/fichiers/<uuid:key>/fin/", views.close, name="close", maker="batch", post=_close),
    route("envois/<uuid:key>/", views.message, name="message", maker="message",
          get=_read, post=_decide),
    route("l/<str:token>", views.link, name="link", maker="link", get=_look, post=_use),
]  # fmt: skip
