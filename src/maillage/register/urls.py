"""Routes of the register: finding a firm."""

from maillage.accounts.policy import EVERYONE, Rule, route, term
from maillage.kernel.text import Words
from maillage.register import views
from maillage.register.permissions import ASKERS, CRAFT_KEEPERS

app_name = "register"

FIRMS = term("firms", fr="Entreprises du registre", en="Firms of the register")
DIRECTORY = term(
    "directory", fr="Annuaire national des entreprises", en="National directory of firms"
)
UNDISCLOSED = Words(
    fr="Les entreprises de diffusion partielle n’y ont ni nom ni adresse.",
    en="Firms of partial diffusion have neither name nor address there.",
)
CANDIDATES = Words(
    fr="Un service public extérieur est interrogé ; rien n’entre au registre sans être ajouté par une personne.",
    en="A public service outside is asked; nothing enters the register unless a person adds it.",
)

SEGMENTS = term("segments", fr="Segments d’entreprises", en="Segments of firms")
CRAFT_LISTS = term(
    "craft_lists", fr="Listes d’activités artisanales", en="Lists of craft activities"
)
RULES = Words(
    fr="Chacun lit la règle de chaque segment : un chiffre n’a de sens qu’avec elle.",
    en="Everybody reads the rule of each segment: a figure means nothing without it.",
)
OF_CHAMBER = Words(
    fr="Seule une chambre consulaire dit quelles activités sont artisanales pour elle.",
    en="Only a chamber says which activities are craft for it.",
)

urlpatterns = [
    route(
        "entreprises/",
        views.find,
        name="search",
        get=Rule("read", FIRMS, EVERYONE, why=UNDISCLOSED),
    ),
    route(
        "entreprises/annuaire/",
        views.directory,
        name="directory",
        get=Rule("read", DIRECTORY, ASKERS, why=CANDIDATES),
    ),
    route(
        "entreprises/segments/",
        views.segments,
        name="segments",
        get=Rule("read", SEGMENTS, EVERYONE, why=RULES),
    ),
    route(
        "entreprises/segments/artisanat/",
        views.publish_crafts,
        name="publish_crafts",
        get=Rule("publish", CRAFT_LISTS, CRAFT_KEEPERS, why=OF_CHAMBER),
        post=Rule("publish", CRAFT_LISTS, CRAFT_KEEPERS, why=OF_CHAMBER),
    ),
    route(
        "entreprises/segments/artisanat/<uuid:key>/",
        views.crafts_list,
        name="crafts",
        maker="craft_list",
        get=Rule("read", CRAFT_LISTS, EVERYONE, why=RULES),
    ),
]
