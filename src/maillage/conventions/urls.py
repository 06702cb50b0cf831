"""Routes of conventions and their money, each with who may take it."""

from __future__ import annotations

from maillage.accounts import policy
from maillage.accounts.policy import EVERYONE, Rule, Scope, route
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.conventions.models.money import RESOURCE
from maillage.conventions.permissions import EDITORS
from maillage.conventions.views import editing, money, reading
from maillage.kernel.text import Words

app_name = "conventions"

TEXTS = policy.term("convention", fr="Conventions", en="Conventions")
MONEY = policy.term(RESOURCE, fr="Engagements et versements", en="Commitments and payments")
TURNS = policy.term("turn", fr="État des actions", en="State of actions")
SIGN = policy.term("sign", fr="signer", en="sign")
AUDIT = policy.term("audit", fr="contrôler", en="audit")

PUBLIC_ACT = Words(
    fr="Une convention signée est un acte public ; un projet n'est lu que de ses parties.",
    en="A signed convention is a public act; a project is read by its parties only.",
)
KEEPER = Words(
    fr="L'organisation qui tient le texte est celle qui le modifie, le signe et l'amende.",
    en="The organisation that keeps the text is the one that edits, signs and amends it.",
)
CHARGED = Words(
    fr="L'argent imputé à une convention est vu de ses parties ; "
    "seule l'organisation qui l'a saisi le corrige.",
    en="Money charged to a convention is seen by its parties; "
    "only the organisation that entered it corrects it.",
)
JOURNALLED = Words(
    fr="Qui contrôle lit tout ; chaque lecture est journalisée.",
    en="Whoever audits reads everything; each reading is journalled.",
)
PARTIES = Words(
    fr="Les parties disent ce qu'il advient de leurs actions.",
    en="The parties say what happens to their actions.",
)
READERS = (*EDITORS, Role.AUDITOR)

_read = Rule("read", TEXTS, EVERYONE, Scope.ANY, why=PUBLIC_ACT)
_edit = Rule("edit", TEXTS, EDITORS, Scope.OWN, why=KEEPER)
_sign = Rule(SIGN, TEXTS, EDITORS, Scope.OWN, why=KEEPER)
_open = Rule("create", TEXTS, EDITORS)
_turn = Rule("edit", TURNS, EDITORS, Scope.OWN, Sensitivity.PARTNERS, why=PARTIES)
_among = Sensitivity.PARTNERS
_list = Rule("read", MONEY, READERS, sensitivity=_among, why=CHARGED)
_enter = Rule("create", MONEY, EDITORS, sensitivity=_among)
_see = Rule("read", MONEY, EDITORS, Scope.SHARED, sensitivity=_among, why=CHARGED)
_audit = Rule(AUDIT, MONEY, (Role.AUDITOR,), Scope.ANY, sensitivity=_among, why=JOURNALLED)
_correct = Rule("edit", MONEY, EDITORS, Scope.OWN, sensitivity=_among)
_cancel = Rule("end", MONEY, EDITORS, Scope.OWN, sensitivity=_among)

_draft = "conventions/<slug:slug>/modifier/"
_line = _draft + "<slug:section>/<int:pk>/"

urlpatterns = [
    route(
        "conventions/",
        reading.conventions,
        name="conventions",
        get=Rule("read", TEXTS, EVERYONE, why=PUBLIC_ACT),
    ),
    route("conventions/nouvelle/", editing.create, name="create", get=_open, post=_open),
    route(
        "conventions/<slug:slug>/texte/",
        reading.text,
        name="text",
        maker="convention",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/texte.toml",
        reading.export,
        name="export",
        maker="convention",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/actions/<str:code>/",
        reading.action,
        name="action",
        maker="action",
        get=_read,
    ),
    route(
        "conventions/<slug:slug>/actions/<str:code>/etat/",
        money.turn_action,
        name="turn_action",
        maker="action",
        get=_turn,
        post=_turn,
    ),
    route(
        "conventions/<slug:slug>/etat/",
        money.turn_convention,
        name="turn_convention",
        maker="convention",
        get=_turn,
        post=_turn,
    ),
    route(
        "etats/<uuid:key>/retirer/",
        money.withdraw_turn,
        name="withdraw_turn",
        maker="turn",
        get=_turn,
        post=_turn,
    ),
    route(_draft, editing.edit, name="edit", maker="draft", get=_edit),
    route(_draft + "texte/", editing.head, name="edit_head", maker="draft", get=_edit, post=_edit),
    route(
        _draft + "<slug:section>/ajouter/",
        editing.line,
        name="add_line",
        maker="section",
        get=_edit,
        post=_edit,
    ),
    route(_line, editing.line, name="edit_line", maker="line", get=_edit, post=_edit),
    route(_line + "monter/", editing.raise_line, name="raise_line", maker="line", post=_edit),
    route(_line + "descendre/", editing.lower_line, name="lower_line", maker="line", post=_edit),
    route(_line + "retirer/", editing.remove, name="remove_line", maker="line", post=_edit),
    route(
        "conventions/<slug:slug>/signer/",
        editing.sign,
        name="sign",
        maker="draft",
        get=_sign,
        post=_sign,
    ),
    route(
        "conventions/<slug:slug>/avenant/",
        editing.amend,
        name="amend",
        maker="convention",
        post=_edit,
    ),
    route("versements/", money.entries, name="entries", get=_list),
    route(
        "versements/sans-action/",
        money.entries,
        name="entries_nothing",
        kwargs={"nothing": True},
        get=_list,
    ),
    route("versements/nouveau/", money.enter, name="enter", get=_enter, post=_enter),
    route("versements/<uuid:key>/", money.entry, name="entry", maker="entry", get=_see),
    route(
        "versements/<uuid:key>/controle/",
        money.audit,
        name="audit_entry",
        maker="entry",
        get=_audit,
    ),
    route(
        "versements/<uuid:key>/corriger/",
        money.correct,
        name="correct",
        maker="entry",
        get=_correct,
        post=_correct,
    ),
    route(
        "versements/<uuid:key>/annuler/",
        money.cancel,
        name="cancel",
        maker="entry",
        get=_cancel,
        post=_cancel,
    ),
]
