"""Routes of needs and referrals, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, shared, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.needs.models.needs import READERS, RESOURCE
from maillage.needs.permissions import HEARERS, RECEIVERS
from maillage.needs.views import (
    asking,
    call_backs,
    needs,
    opinions,
    referrals,
    rules,
    sharing,
    terms,
    trees,
)

app_name = "needs"

NEEDS = term(RESOURCE, fr="Besoins des entreprises", en="Needs of firms")
REFERRALS = term("referrals", fr="Mises en relation", en="Referrals")
RULES = term("routing_rules", fr="Règles d’adressage", en="Routing rules")
TERMS = term("terms", fr="Thésaurus", en="Thesaurus")
THEMES = term("themes", fr="Arbre des thèmes", en="Tree of themes")
SEND = term("send", fr="Transmettre", en="Send on")
OWN = term(
    "own_request",
    fr="Demande suivie par l’entreprise elle-même",
    en="Request followed by the firm itself",
)
CALL = term("call_back", fr="Rappeler", en="Call back")
ASK = term("ask", fr="Demander", en="Ask")
TAKE = term("take", fr="Prendre en charge", en="Take up")

# A firm in difficulty: named to no partner but by a share of that very class.
shared(NEEDS, Sensitivity.DIFFICULTY)

PARTNERS = Sensitivity.PARTNERS
ROUTERS = (Role.OFFICER, Role.SERVICE_MANAGER)
AUDIT = (Role.AUDITOR,)
WORDS = Words(
    fr="Un partenaire à qui le besoin est partagé en lit le thème et l’état ; les mots de l’entreprise, seulement"
    " qui l’a entendue et à qui elle est adressée.",
    en="A partner that a need is shared with reads its theme and state; the firm’s words, only who heard it and"
    " whom it was sent to.",
)
HEARD = Words(
    fr="L’organisation qui a entendu le besoin le transmet, le reprend ou le clôt.",
    en="The organisation that heard a need sends it, takes it back or closes it.",
)
ANSWERED = Words(
    fr="Le partenaire à qui le besoin est adressé répond ; refusé, expiré ou repris, il n’en lit plus que les dates.",
    en="The partner that a need was sent to answers; refused, expired or taken back, it reads its dates only.",
)
IN_CHARGE = Words(
    fr="Seule l’organisation responsable de l’instance écrit l’arbre\u00a0: il nomme et masque les actes de toutes.",
    en="Only the organisation in charge of the instance writes the tree: it names and masks the acts of all.",
)
ITSELF = Words(
    fr="Toute entreprise du répertoire demande un appui, sans compte.",
    en="Any firm of the register asks for help, without an account.",
)
HOLDER = Words(
    fr="Qui tient le lien de la demande la suit, la complète et la reprend.",
    en="Whoever holds the link of a request follows it, adds to it and takes it back.",
)

_list = Rule("list", NEEDS, READERS, sensitivity=PARTNERS)
_export = Rule("export", NEEDS, READERS, sensitivity=PARTNERS)
_hear = Rule("create", NEEDS, RECEIVERS, sensitivity=PARTNERS)
_read = Rule("read", NEEDS, READERS, Scope.SHARED, PARTNERS, WORDS, AUDIT)
_send = Rule(SEND, NEEDS, HEARERS, Scope.OWN, PARTNERS, HEARD)
_edit = Rule("edit", NEEDS, HEARERS, Scope.OWN, PARTNERS, HEARD)
_calls = Rule("list", NEEDS, HEARERS, sensitivity=PARTNERS)
_calls_out = Rule("export", NEEDS, HEARERS, sensitivity=PARTNERS)
_call = Rule(CALL, NEEDS, HEARERS, Scope.OWN, PARTNERS, HEARD)
_inbox = Rule("list", REFERRALS, READERS, sensitivity=PARTNERS)
_open = Rule("read", NEEDS, READERS, Scope.SHARED, PARTNERS, ANSWERED, AUDIT)
_take = Rule(TAKE, REFERRALS, RECEIVERS, Scope.OWN, PARTNERS, ANSWERED)
_back = Rule("end", REFERRALS, HEARERS, Scope.OWN, PARTNERS, HEARD)

_rules = Rule("list", RULES, READERS, sensitivity=PARTNERS)
_route = Rule("create", RULES, ROUTERS, sensitivity=PARTNERS)
_share = Rule(SEND, NEEDS, ROUTERS, sensitivity=PARTNERS)
_terms = Rule("list", TERMS, READERS, sensitivity=PARTNERS)
_terms_out = Rule("export", TERMS, READERS, sensitivity=PARTNERS)
_keep = Rule("create", TERMS, HEARERS, sensitivity=PARTNERS)
_tree = Rule("read", THEMES, (*READERS, Role.ADMINISTRATOR))
_write = Rule("edit", THEMES, (Role.ADMINISTRATOR,), why=IN_CHARGE)
_ask = Rule(ASK, NEEDS, EVERYONE, why=ITSELF)
_look = Rule("read", OWN, EVERYONE, Scope.ANY, why=HOLDER)
_change = Rule("edit", OWN, EVERYONE, Scope.ANY, why=HOLDER)

_NEED, _REFERRAL = "besoins/<uuid:key>", "mises-en-relation/<uuid:key>"
_LINK = "l/<str:token>/demande"
_DRAFT = "besoins/themes/brouillon"

urlpatterns = [
    route("besoins/", needs.needs, name="needs", get=_list),
    route("besoins/regles/", rules.rules, name="rules", get=_rules, post=_route),
    route(
        "besoins/regles/<uuid:key>/finir/",
        rules.end_rule,
        name="end_rule",
        maker="rule",
        post=Rule("end", RULES, ROUTERS, Scope.OWN, PARTNERS),
    ),
    route("besoins/suivi/", referrals.followed, name="followed", get=_list),
    route("besoins/suivi.csv", referrals.followed_csv, name="followed_csv", get=_export),
    route("besoins.csv", needs.needs_csv, name="needs_csv", get=_export),
    route("besoins/partage/", sharing.share_out, name="share_out", get=_share, post=_share),
    route("besoins/termes/", terms.terms, name="terms", get=_terms, post=_keep),
    route("besoins/termes.csv", terms.terms_csv, name="terms_csv", get=_terms_out),
    route(
        "besoins/termes/<uuid:key>/retirer/",
        terms.end_term,
        name="end_term",
        maker="term",
        post=Rule("end", TERMS, HEARERS, Scope.OWN, PARTNERS),
    ),
    route(
        "besoins/synonymes/<uuid:key>/",
        terms.decide,
        name="decide_synonym",
        maker="synonym",
        post=Rule("edit", TERMS, HEARERS, Scope.OWN, PARTNERS),
    ),
    route("besoins/themes/", trees.trees, name="trees", get=_tree),
    route(
        "besoins/themes/<int:number>/",
        trees.version,
        name="tree_version",
        maker="tree",
        get=_tree,
    ),
    route("besoins/themes/ecrire/", trees.begin, name="begin_tree", post=_write),
    route(f"{_DRAFT}/", trees.draft, name="draft_tree", get=_write, post=_write),
    route(f"{_DRAFT}/abandonner/", trees.drop, name="drop_tree", post=_write),
    route(f"{_DRAFT}/famille/", trees.family, name="new_family", get=_write, post=_write),
    route(
        f"{_DRAFT}/famille/<slug:code>/",
        trees.family,
        name="edit_family",
        maker="family",
        get=_write,
        post=_write,
    ),
    route(f"{_DRAFT}/theme/", trees.theme, name="new_theme", get=_write, post=_write),
    route(
        f"{_DRAFT}/theme/<slug:code>/",
        trees.theme,
        name="edit_theme",
        maker="theme",
        get=_write,
        post=_write,
    ),
    route(
        f"{_DRAFT}/retirer/<slug:code>/",
        trees.take_out,
        name="take_out_theme",
        maker="theme",
        post=_write,
    ),
    route("besoins/rappels/", call_backs.call_backs, name="call_backs", get=_calls),
    route("besoins/rappels.csv", call_backs.call_backs_csv, name="call_backs_csv", get=_calls_out),
    route(
        "besoins/rappels/<uuid:key>/",
        call_backs.call_back,
        name="call_back",
        maker="call",
        get=_call,
        post=_call,
    ),
    route(
        "etablissements/<uuid:key>/besoin/",
        needs.new_need,
        name="new_need",
        maker="establishment",
        get=_hear,
        post=_hear,
    ),
    route(f"{_NEED}/", needs.need, name="need", maker="need", get=_read),
    route(f"{_NEED}/transmettre/", needs.send, name="send", maker="need", get=_send, post=_send),
    route(f"{_NEED}/accord/", needs.agree, name="agree", maker="need", post=_edit),
    route(f"{_NEED}/clore/", needs.close, name="close", maker="need", get=_edit, post=_edit),
    route(f"{_NEED}/lien/", asking.send_page, name="send_page", maker="need", post=_edit),
    route(f"{_NEED}/retirer/", needs.withdraw, name="withdraw", maker="need", post=_edit),
    route("demander-un-appui/", asking.who, name="ask", get=_ask),
    route(
        "demander-un-appui/<uuid:key>/",
        asking.what,
        name="ask_what",
        maker="establishment",
        get=_ask,
    ),
    route(
        "demander-un-appui/<uuid:key>/contact/",
        asking.whom,
        name="ask_whom",
        maker="establishment",
        post=_ask,
    ),
    route(f"{_LINK}/", asking.follow, name="follow", maker="link", get=_look),
    route(f"{_LINK}/mot/", asking.add_word, name="follow_word", maker="link", post=_change),
    route(f"{_LINK}/mots/", asking.say_otherwise, name="follow_words", maker="link", post=_change),
    route(f"{_LINK}/contact/", asking.contact, name="follow_contact", maker="link", post=_change),
    route(f"{_LINK}/reprendre/", asking.take_back, name="follow_back", maker="link", post=_change),
    route(
        "l/<str:token>/avis/",
        opinions.opinion,
        name="opinion",
        maker="opinion",
        get=_look,
        post=_change,
    ),
    route("mises-en-relation/", referrals.referrals, name="referrals", get=_inbox),
    route(
        "mises-en-relation.csv",
        referrals.referrals_csv,
        name="referrals_csv",
        get=Rule("export", REFERRALS, READERS, sensitivity=PARTNERS),
    ),
    route(
        "mises-en-relation/echange.csv",
        referrals.referrals_exchanged,
        name="referrals_exchanged",
        get=Rule("export", REFERRALS, READERS, sensitivity=PARTNERS),
    ),
    route(f"{_REFERRAL}/", referrals.referral, name="referral", maker="sent", get=_open),
    route(f"{_REFERRAL}/prendre/", referrals.take, name="take", maker="received", post=_take),
    route(
        f"{_REFERRAL}/refuser/",
        referrals.refuse,
        name="refuse",
        maker="received",
        get=_take,
        post=_take,
    ),
    route(
        f"{_REFERRAL}/clore/",
        referrals.close,
        name="close_referral",
        maker="received",
        get=_take,
        post=_take,
    ),
    route(
        f"{_REFERRAL}/reprendre/", referrals.take_back, name="take_back", maker="sent", post=_back
    ),
]
