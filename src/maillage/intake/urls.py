"""Routes of what comes in by file."""

from collections.abc import Callable, Iterable

from django.http import HttpResponse
from django.urls import URLPattern

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.intake import views
from maillage.intake.models import READERS
from maillage.kernel.text import Words

app_name = "intake"

LOADS = term("loads", fr="Chargements de fichiers", en="Loads of files")
COMMON = Words(
    fr="Ce qui est commun à l’instance (registre, quartiers, secteurs) se charge par les administrateurs.",
    en="What is common to the instance (register, neighbourhoods, sectors) is loaded by administrators.",
)
OWN = Words(
    fr="Ce qu’une organisation reprend de son passé reste à elle.",
    en="What an organisation takes over from its past stays its own.",
)
BOTH = Words(
    fr="Chacun y voit ce qui est commun à l’instance et ce que son organisation a chargé.",
    en="Everybody sees there what is common to the instance and what their organisation loaded.",
)


def _family(
    prefix: str, before: str, writers: Iterable[Role], scope: Scope, why: Words
) -> list[URLPattern]:
    """The routes of loads that are common to the instance, or of those of one organisation."""
    own = {"own": bool(before)}

    def page(
        pattern: str, view: Callable[..., HttpResponse], name: str, maker: str, **verbs: str
    ) -> URLPattern:
        reach = scope if pattern.startswith("<uuid") else Scope.NONE
        rules = {
            method: Rule(verb, LOADS, READERS if verb in READ else writers, reach, why=why)
            for method, verb in verbs.items()
        }
        return route(
            f"{prefix}{pattern}", view, name=f"{before}{name}", maker=f"{before}{maker}",
            kwargs=own, **rules,
        )  # fmt: skip

    one = "<uuid:key>/"
    return [
        page("nouveau/<slug:source>/", views.new, "new", "source", get="create", post="create"),
        page(one, views.load, "load", "load", get="read"),
        page(f"{one}appliquer/", views.confirm, "confirm", "previewed", post="create"),
        page(f"{one}abandonner/", views.abandon, "abandon", "previewed", post="cancel"),
        page(f"{one}reprendre/", views.resume, "resume", "left", post="create"),
        page(f"{one}annuler/", views.undo, "undo", "load", get="cancel", post="cancel"),
        page(f"{one}liste/<slug:kind>/", views.listed, "listed", "listed", get="read"),
        page(f"{one}rejets.csv", views.rejects, "rejects", "load", get="export"),
        page(
            f"{one}rejets/<int:number>/", views.correct, "correct", "reject",
            get="correct", post="correct",
        ),
    ]  # fmt: skip


READ = {"read", "export"}

urlpatterns = [
    route("chargements/", views.loads, name="loads", get=Rule("list", LOADS, READERS, why=BOTH)),
    *_family("chargements/", "", (Role.ADMINISTRATOR,), Scope.ANY, COMMON),
    *_family("chargements/organisation/", "own_", READERS, Scope.OWN, OWN),
]
