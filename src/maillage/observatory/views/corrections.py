"""What was set right since, whoever did it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts import corrected
from maillage.accounts.actors import Actor, ActorRequest
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

SHOWN = 50


def journal(request: ActorRequest) -> HttpResponse:
    """Every correction this reader may see, the latest first; of one kind, if asked."""
    kinds = {source.name: source.words for source in corrected.sources()}
    only = request.GET.get("genre", "")
    if only and only not in kinds:
        raise Invalid(
            Words("Ce genre de correction n’existe pas.", "There is no such kind of correction."),
            remedy=Words("Choisissez-en un de la page.", "Choose one of the page."),
        )
    lines: Sequence[corrected.Corrected] = _Lines(request.actor, only)
    page = Paginator(lines, SHOWN).get_page(request.GET.get("page"))
    context = {"page": page, "kinds": kinds, "only": only}
    return render(request, "observatory/corrections.html", context)


class _Lines(Sequence[corrected.Corrected]):
    """The corrections as a paginator takes them: counted, and read page by page."""

    def __init__(self, actor: Actor, only: str) -> None:
        self.actor, self.only = actor, only

    def __len__(self) -> int:
        return corrected.count(self.actor, self.only)

    def __getitem__(self, part: Any) -> Any:
        return corrected.page(self.actor, part.start or 0, part.stop, self.only)
