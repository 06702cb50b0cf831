"""The gallery: every component in each of its states, on invented data, to look at and to test."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from maillage.kernel.periods import Period
from maillage.ui import charts, formats, reports
from maillage.ui.forms import DateField, Form

COMPUTED_AT = datetime(2020, 6, 30, 16, 12, tzinfo=UTC)
ADDED = (90, 186, 242, 198, 84, 262, 294, 258, 171, 238, 264, 262, 42, 106, 0)
NAMES = (
    "Boulangerie Vasseur",
    "Menuiserie Carpentier et fils",
    "Salon Élise coiffure",
    "Chauffage Delecroix",
    "Atelier Couture Nadia",
    "Imprimerie des Weppes",
    "Cordonnerie du Beffroi",
)


class SampleForm(Form):
    """One field of each sort."""

    name = forms.CharField(
        label=gettext_lazy("Name of the firm"), help_text=gettext_lazy("As on the shop front.")
    )
    seen_on = DateField(label=gettext_lazy("Day of the visit"))
    met = forms.ChoiceField(
        label=gettext_lazy("You met"),
        widget=forms.RadioSelect,
        choices=[
            ("owner", gettext_lazy("The owner")),
            ("spouse", gettext_lazy("The spouse")),
            ("employee", gettext_lazy("An employee")),
            ("nobody", gettext_lazy("Nobody")),
        ],
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Needs expressed"),
        help_text=gettext_lazy("Tick what the owner asked for, in their words."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            ("apprentice", gettext_lazy("Take on or train an apprentice")),
            ("premises", gettext_lazy("Find premises or expand")),
            ("energy", gettext_lazy("Save energy or reduce waste")),
        ],
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        required=False,
        choices=[("", gettext_lazy("All sectors")), ("lille", "Lillois"), ("nord", "Nord")],
    )
    note = forms.CharField(
        label=gettext_lazy("What to remember"),
        help_text=gettext_lazy("Facts. The owner may ask to read this note."),
        widget=forms.Textarea,
        required=False,
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("Pass on the needs to the chosen partners"), required=False
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, on one page; `?phone` shows the narrow layout."""
    template = "ui/gallery/phone.html" if "phone" in request.GET else "ui/gallery/page.html"
    return render(request, template, sample(request.GET.get("page", "1")))


def sample(page: str = "1") -> dict[str, Any]:
    """What the gallery shows."""
    bad = SampleForm({"name": "", "seen_on": "", "met": "owner"}, auto_id="bad_%s")
    return {
        "form": SampleForm(initial={"met": "owner", "needs": ["premises"]}),
        "bad_form": bad,
        "figures": _figures(),
        "axes": _axes(),
        "states": ("ontrack", "ahead", "late", "waiting", "done", "provisional"),
        "levels": ("info", "success", "warning", "error"),
        "answer": _answer(),
        "page": Paginator(NAMES, 3).get_page(page),
        "series": _series(),
        "bars": _bars(),
        "map": _map(),
        "radar": _radar(),
        "strip": _strip(),
        "report": reports.fragment(_report()),
        "day": date(2020, 7, 1),
        "instant": COMPUTED_AT,
    }


def _figures() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Craft firms prospected"),
            "value": formats.number(2746),
            "of": formats.number(4000),
            "share": 0.69,
            "pace": 0.71,
            "state": "ontrack",
            "records": _("See the 2,746 firms"),
        },
        {
            "label": _("Grant committed"),
            "value": formats.euros(98_400_00),
            "of": formats.euros(150_000_00),
            "share": 0.66,
            "pace": 0.71,
            "state": "late",
            "records": _("See the 41 payments"),
        },
        {
            "label": _("Needs answered"),
            "value": formats.number(1187),
            "of": formats.number(1502),
            "share": 0.79,
            "pace": None,
            "state": "ahead",
            "records": _("See the 1,187 needs"),
        },
    ]


def _axes() -> list[dict[str, Any]]:
    rows = (
        (1, _("Grow at every age of the firm"), 86, 120, "ontrack"),
        (3, _("Go digital"), 318, 400, "ahead"),
        (4, _("Jobs and initiative in priority neighbourhoods"), 147, 350, "late"),
    )
    return [
        {"n": n, "name": name, "done": done, "target": of, "share": done / of, "state": state}
        for n, name, done, of, state in rows
    ]


def _answer() -> SimpleNamespace:
    return SimpleNamespace(
        indicator=SimpleNamespace(label=_("Craft firms prospected")),
        version=3,
        read=2760,
        aside=14,
        data_as_of=date(2020, 6, 30),
        as_of=COMPUTED_AT,
        note="",
    )


def _series() -> SafeString:
    period = Period.parse("2019-04..2020-12")
    total, points = 0, []
    for month, added in zip(period.months(), ADDED, strict=False):
        total += added
        spoken = _("%(month)s: %(added)s visits, %(total)s in all") % {
            "month": formats.month(month),
            "added": formats.number(added),
            "total": formats.number(total),
        }
        end = Period.of_month(month).end
        points.append(charts.Point(end, total, spoken, f"#{month}", month == "2020-06"))
    return charts.cumulative(
        points,
        period=period,
        title=_("Craft firms prospected, month after month"),
        description=_("From 0 in April 2019 to 2,697 at the end of June 2020."),
        target=4000,
        target_label=_("Target %(target)s") % {"target": formats.number(4000)},
        last_note=_("provisional"),
        marks=[charts.Mark(date(2020, 3, 16), _("Lockdown"), _("by telephone"))],
    )


def _bars() -> SafeString:
    masked = _("fewer than 3 firms")
    rows = [
        charts.Row("Lille", 412, formats.number(412), "#lille"),
        charts.Row("Roubaix", 288, formats.number(288), "#roubaix"),
        charts.Row("Fromelles", 1, masked=masked),
        charts.Row("Seclin", None),
        charts.Row("Emmerin", 0, "0", "#emmerin"),
    ]
    return charts.bar_chart(rows, title=_("Firms prospected by commune"))


def _strip() -> SafeString:
    words = {
        charts.Sign.DONE: _("Seen"),
        charts.Sign.AGAIN: _("To go back to"),
        charts.Sign.REFUSED: pgettext("door", "Refused"),
        charts.Sign.GONE: _("Closed, or not there"),
        charts.Sign.WAITING: _("Not yet seen"),
        charts.Sign.APART: _("Not on the list"),
    }
    numbers = ("1", "2", "3", "4", "5 bis", "6", "11", "12")
    doors = [
        charts.Door(
            label=number,
            spoken=f"{number}, {NAMES[rank % len(NAMES)]}, {words[sign]}",
            sign=sign,
            pair=(int(number.split()[0]) + 1) // 2,
            odd=bool(int(number.split()[0]) % 2),
            url=f"#door-{rank}",
        )
        for rank, (number, sign) in enumerate(
            zip(numbers, [*charts.Sign, *charts.Sign], strict=False)
        )
    ]
    return charts.street_strip(doors, words, title=_("A street, door by door"))


def _radar() -> SafeString:
    rounds = [
        charts.Round(_("10 June 2020"), (0.7, 0.5, 0.9, 0.4)),
        charts.Round(_("4 November 2019"), (0.3, 0.5, None, 0.2)),
    ]
    axes = [_("Being found"), _("Selling"), _("Security"), _("Tools")]
    return charts.radar(axes, rounds, title=_("Score by axis"))


def _map() -> SafeString:
    shapes = []
    for rank in range(12):
        west, south = 3.0 + rank % 4 * 0.08, 50.6 + rank // 4 * 0.05
        ring = [
            (west, south),
            (west + 0.08, south),
            (west + 0.08, south + 0.05),
            (west, south + 0.05),
        ]
        value = None if rank == 5 else float(rank * 3)
        masked = _("fewer than 3 firms") if rank == 7 else ""
        name = _("Commune %(rank)s") % {"rank": rank + 1}
        shown = "" if value is None else formats.number(value)
        shapes.append(
            charts.Shape(
                name, [ring], value, shown, f"#c{rank}", masked, rank in {0, 11}, rank == 9
            )
        )
    title = _("Craft firms per 1,000 inhabitants")
    return charts.commune_map(shapes, title=title, bounds=(6, 12, 20, 28))


def _report() -> reports.Report:
    late = _("The resource centres closed on 16 March 2020; no reopening is recorded.")
    return reports.Report(
        title=_("Sample report"),
        subtitle="",
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=COMPUTED_AT,
        blocks=[
            reports.KeyFigure(
                _("Craft firms prospected"),
                formats.number(2746),
                "outreach.firms_prospected v3",
                "#records",
                date(2020, 6, 30),
            ),
            reports.Heading(_("Progress"), 3),
            reports.Bars(
                _("The mark shows the time gone by."),
                [reports.Bar(_("Axis 4"), "147 / 350", 0.42, 0.71, "late", _("Late"), "#axis-4")],
            ),
            reports.Note(late, _("Axis 4, 29 points late."), "late"),
        ],
    )
