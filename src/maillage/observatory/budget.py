"""Money of a convention by funder: promised, committed, paid; each amount opens onto its entries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from maillage.accounts.models import Organisation
from maillage.figures import Answer, Group
from maillage.observatory.addresses import records_url
from maillage.observatory.dashboard import Dashboard, Figure
from maillage.observatory.wording import written


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount and the entries it opens onto."""

    shown: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Funder:
    """One line: budget, committed, paid."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """The section of the page."""

    rows: list[Funder]
    execution: Figure
    of_amount: Figure


def money(page: Dashboard) -> Money:
    """Every funder that the budget or an entry names, then the whole."""
    asked = (page.asking.budget, page.asking.committed, page.asking.paid)
    answers = [page.answers[question] for question in asked]
    labels = {g.key: g.label for answer in answers for g in answer.groups}
    keys = _public_keys(labels) if page.reading.opens else {}
    rows = [
        Funder(label, tuple(_cell(page, answer, key, keys) for answer in answers))
        for key, label in sorted(labels.items(), key=lambda item: (not item[0], item[1]))
    ]
    whole = tuple(_whole(page, answer) for answer in answers)
    return Money(
        [*rows, Funder(_("All funders"), whole)],
        page.of(page.asking.execution),
        page.of(page.asking.execution_of_amount),
    )


def _public_keys(labels: dict[str, str]) -> dict[str, str]:
    ids = [int(key) for key in labels if key]
    rows = Organisation.objects.filter(pk__in=ids).values_list("pk", "key")
    return {str(pk): str(key) for pk, key in rows}


def _cell(page: Dashboard, answer: Answer, key: str, keys: dict[str, str]) -> Cell:
    group: Group | None = next((g for g in answer.groups if g.key == key), None)
    if answer.masked or (group is not None and group.masked):
        return Cell(_("value masked"))
    if group is None:
        known = answer.value is not None and (answer.groups or not answer.value)
        return Cell(written(0, "cents") if known else _("withheld"))
    url = ""
    if key in keys and page.reading.opens:
        narrowed = answer.question.filter.narrowed(counterparts=(keys[key],))
        url = records_url(replace(answer.question, by="", filter=narrowed), answer.as_of)
    return Cell(written(group.value, "cents"), url)


def _whole(page: Dashboard, answer: Answer) -> Cell:
    if answer.masked:
        return Cell(_("value masked"))
    return Cell(written(answer.value, "cents"), page.of(answer.question).url)
