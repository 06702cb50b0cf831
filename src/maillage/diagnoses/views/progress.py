"""What firms became: progress pair by pair, with how many pairs there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from maillage import figures
from maillage.accounts.actors import ActorRequest
from maillage.accounts.models import Organisation
from maillage.diagnoses import readings
from maillage.diagnoses.indicators import PASSES_DONE, PROGRESS
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ui.csvout import csv_response

PAGE = 30
SINCE = 2000


def progress(request: ActorRequest) -> HttpResponse:
    """The mean progress of one's organisation, its axes, and every pair behind it."""
    found = readings.progress(request.actor)
    page = Paginator([pair for one in found for pair in one.pairs], PAGE)
    context = {
        "rows": _with_figures(found, request.actor.acting_for()),
        "page": page.get_page(request.GET.get("page")),
        "organisation": request.actor.organisation,
    }
    return render(request, "diagnoses/progress.html", context)


def _with_figures(
    found: Sequence[readings.Progress], organisation: Organisation
) -> list[dict[str, object]]:
    """Each questionnaire with its figures, all asked at once."""
    period = Period.parse(f"{SINCE}-01-01..{clock.today().isoformat()}")
    own = (str(organisation.key),)
    schemes = [(one.questionnaire.scheme,) for one in found]
    codes = [PROGRESS.reference, PASSES_DONE.reference]
    asked = [
        figures.Question(code, figures.Filter(organisations=own, schemes=scheme), period)
        for scheme in schemes
        for code in codes
    ]
    answers = list(figures.answer(asked)) if asked else []
    return [
        {
            "of": one,
            "mean": answers[2 * rank],
            "share": _share(answers[2 * rank].value),
            "passes": answers[2 * rank + 1],
            "query": asked[2 * rank].filter.to_query(),
        }
        for rank, one in enumerate(found)
    ]


def _share(thousandths: float | None) -> float | None:
    return None if thousandths is None else thousandths / 1000


def progress_csv(request: ActorRequest) -> HttpResponse:
    """Every pair of one's organisation, a line each."""
    header = (
        _("Firm"), _("SIREN"), _("Questionnaire"), _("First diagnosis"), _("First score (thousandths)"),
        _("Second diagnosis"), _("Second score (thousandths)"), _("Progress (thousandths)"),
        _("Questions in common"),
    )  # fmt: skip
    return csv_response("progres.csv", header, _rows(request))


def _rows(request: ActorRequest) -> Iterator[tuple[object, ...]]:
    for pair in readings.pairs_of(request.actor):
        second = pair.second.of
        yield (
            second.establishment.display_name,
            second.legal_unit.siren or "",
            str(second.questionnaire),
            pair.first.on,
            pair.before.whole.thousandths,
            pair.second.on,
            pair.after.whole.thousandths,
            pair.gain,
            len(pair.common),
        )
