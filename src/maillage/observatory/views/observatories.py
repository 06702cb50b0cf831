"""The observatories of a territory: their pages, the establishments behind a figure, their data."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from maillage import places
from maillage.accounts.actors import Actor, ActorRequest
from maillage.conventions.permissions import EDITORS
from maillage.figures.models import Publication
from maillage.figures.observations import closed_list
from maillage.figures.observations.naming import NAMED
from maillage.kernel.errors import Invalid
from maillage.observatory import observed, observed_data, observed_firms, reach
from maillage.observatory.external import data as external_data
from maillage.observatory.external.cards import cards
from maillage.observatory.external.finding import told_of
from maillage.observatory.forms.observatories import ObservatoryForm
from maillage.observatory.observatories import Observatory, Panel, Side, every
from maillage.observatory.observatories.reading import MOST_COMPARED, WITH, Reading, read
from maillage.observatory.observatories.underserved import BASKET
from maillage.places.perimeters import Perimeter
from maillage.series.declared import series_of
from maillage.series.reading import files_of
from maillage.ui.csvout import csv_response


def index(request: ActorRequest) -> HttpResponse:
    """The territories that have an observatory, and the questions each answers."""
    rows = [
        {"perimeter": _perimeter(one), "publication": one}
        for one in observed.published_territories()
    ]
    may_publish = request.actor.has(*EDITORS)
    context = {"territories": rows, "observatories": every(), "may_publish": may_publish}
    return render(request, "observatory/observatories.html", context)


def methods(request: ActorRequest) -> HttpResponse:
    """What each indicator means, what is published, and the columns of the files."""
    context = {
        "indicators": NAMED.values(),
        "tables": closed_list.TABLES,
        "columns": observed_data.dictionary(),
        "external": external_data.dictionary(),
    }
    return render(request, "observatory/observatory_methods.html", context)


def observatory(request: ActorRequest, territory: str, slug: str) -> HttpResponse:
    """One observatory of a territory: the question, then the panels that answer it."""
    publication, perimeter = _published(territory)
    one = _declared(slug)
    others = [p for p in observed.published_territories() if p.subject != publication.subject]
    compared = _compared(request.GET.getlist(WITH), others)
    asked = {**request.GET.dict(), BASKET: ",".join(request.GET.getlist(BASKET))}
    refusal = None
    try:
        reading = _read(one, publication, perimeter, request.actor, asked, compared)
        panels = _panels(one, reading)
    except Invalid as refused:
        refusal = refused
        reading = _read(one, publication, perimeter, request.actor, {}, compared)
        panels = _panels(one, reading)
    context = {
        "observatory": one,
        "reading": reading,
        "form": ObservatoryForm(reading, others),
        "refusal": refusal,
        **{side.value: [panel for panel in panels if panel.side is side] for side in Side},
        "siblings": every(),
        "external": cards(slug, reading, request.actor),
    }
    return render(request, "observatory/observatory.html", context, status=422 if refusal else 200)


def _panels(one: Observatory, reading: Reading) -> list[Panel]:
    return [panel for make in one.panels if (panel := make(reading))]


def _declared(slug: str) -> Observatory:
    for one in every():
        if one.slug == slug:
            return one
    raise Http404


def _read(
    one: Observatory,
    publication: Publication,
    perimeter: Perimeter,
    actor: Actor,
    asked: dict[str, str],
    compared: list[str],
) -> Reading:
    return read(one, publication, perimeter, asked, compared=compared, opens=reach.opens(actor))


def _compared(asked: list[str], others: list[Publication]) -> list[str]:
    known = [one.subject.partition(":")[2] for one in others]
    return [siren for siren in dict.fromkeys(asked) if siren in known][: MOST_COMPARED - 1]


def firms(request: ActorRequest, territory: str) -> HttpResponse:
    """The establishments that an observed figure counts, as many as it says."""
    publication, perimeter = _published(territory)
    asked = request.GET.dict()
    found = observed_firms.find(publication, perimeter, asked, opens=reach.opens(request.actor))
    page: Any = Paginator(found, observed_firms.PAGE).get_page(asked.get("page"))
    context = {"perimeter": perimeter, "found": found, "page": page, "publication": publication}
    return render(request, "observatory/observatory_firms.html", context)


def data_csv(_request: ActorRequest, territory: str) -> HttpResponse:
    """Everything that is published of a territory, as a table."""
    publication, perimeter = _published(territory)
    name = f"observatoire-{perimeter.siren}.csv"
    return csv_response(name, observed_data.COLUMNS, observed_data.rows(publication))


def data_parquet(_request: ActorRequest, territory: str) -> HttpResponse:
    """The same, for those who compute."""
    publication, perimeter = _published(territory)
    response = HttpResponse(
        observed_data.parquet(publication), content_type="application/vnd.apache.parquet"
    )
    name = f"observatoire-{perimeter.siren}.parquet"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def series_csv(_request: ActorRequest, territory: str, code: str) -> HttpResponse:
    """What stands of an external series for a territory, as a table."""
    publication, perimeter = _published(territory)
    series = series_of(code)
    if series is None:
        raise Http404
    files = files_of([code]).get(code, [])
    on = publication.vintage.as_of  # type: ignore[union-attr]
    found = told_of(series, files, perimeter, on).standing
    name = f"{code}-{perimeter.siren}.csv"
    return csv_response(name, external_data.COLUMNS, external_data.rows(found))


def _published(territory: str) -> tuple[Publication, Perimeter]:
    publication = observed.newest(territory)
    if publication is None:
        raise Http404
    return publication, _perimeter(publication)


def _perimeter(publication: Publication) -> Perimeter:
    on = publication.vintage.as_of  # type: ignore[union-attr]
    return places.perimeter(publication.subject.partition(":")[2], on)
