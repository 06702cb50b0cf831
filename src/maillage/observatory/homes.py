"""What each person finds first: their own work, what is late, the figures of what they answer for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from maillage import figures
from maillage.accounts import first_page, steps
from maillage.accounts.actors import Actor
from maillage.accounts.first_page import Entrance
from maillage.accounts.models import Membership
from maillage.accounts.roles import Role
from maillage.conventions.indicators import LATE_ACTIONS
from maillage.conventions.models import Convention
from maillage.conventions.states import ConventionState
from maillage.conventions.tree import states_of
from maillage.figures import Answer, Filter, Question
from maillage.figures.indicators import ACTIVE_CRAFT_FIRMS
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.needs import reading as needs
from maillage.needs.indicators import NEEDS_EXPRESSED, PICK_UP_3, PICK_UP_5, REFERRALS_SENT
from maillage.observatory import reach
from maillage.observatory.addresses import records_url
from maillage.observatory.publishing import subject_of
from maillage.observatory.wording import opening, written
from maillage.outreach.indicators import (
    ATTEMPTS_DONE,
    COVERAGE,
    FIRMS_PROSPECTED,
    VISIT_COMPLETENESS,
)
from maillage.outreach.models import Campaign, Visit
from maillage.ui.formats import number

SHOWN = 12
CAMPAIGNS = 3
VISITS = REQUESTS = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One figure and where it opens."""

    label: str
    value: str
    about: str
    url: str = ""
    opening: str = ""
    masked: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A convention, where it stands, what is late in it, when its figures were last published."""

    convention: Convention
    state: ConventionState
    late: int = 0
    late_url: str = ""
    published: object = None

    @property
    def pill(self) -> str:
        """The look of its state."""
        return "ontrack" if self.state is ConventionState.IN_FORCE else "waiting"


@dataclass(frozen=True, slots=True)
class Home:
    """A person's first page."""

    title: str
    lead: str
    cards: Sequence[Card] = ()
    conventions: Sequence[Line] = ()
    visits: Sequence[Visit] = ()
    requests: Sequence[needs.Row] = ()
    links: Sequence[Entrance] = ()
    primary: Entrance | None = None
    shows: frozenset[str] = field(default_factory=frozenset)


def of(actor: Actor) -> Home:
    """The first page of a person in their role; of everybody, when nobody is signed in."""
    title, lead, fill = _HOMES.get(actor.role, _HOMES[None])
    links = first_page.entrances(actor.role)
    primary = links.pop(0) if actor.role is Role.ADVISER else None
    name = str(actor.person.name) if actor.person else ""
    shown = str(title) % {"name": name} if name else str(title)
    return Home(title=shown, lead=str(lead), links=links, primary=primary, **fill(actor))


def _public(actor: Actor) -> dict[str, Any]:
    return {"conventions": lines(actor), "shows": frozenset({"conventions"})}


def _adviser(actor: Actor) -> dict[str, Any]:
    return {
        "cards": cards(_campaigns(actor), actor),
        "visits": _visits(actor),
        "shows": frozenset({"cards", "visits"}),
    }


def _expert(actor: Actor) -> dict[str, Any]:
    """What partners sent to the expert's organisation: how soon it was taken up, and what still waits."""
    received = Filter(counterparts=(str(actor.acting_for().key),))
    about = _("Sent to your organisation, this year")
    asked = [(Question(i.reference, received, _year()), about) for i in RECEIVED]
    return {
        "cards": cards(asked, actor),
        "requests": _requests(actor),
        "conventions": lines(actor),
        "shows": frozenset({"cards", "requests", "conventions"}),
    }


def _officer(actor: Actor) -> dict[str, Any]:
    return {"conventions": lines(actor, late=True), "shows": frozenset({"conventions"})}


def _manager(actor: Actor) -> dict[str, Any]:
    own = Filter(organisations=(str(actor.acting_for().key),))
    year = _year()
    asked = [(Question(i.reference, own, year), _("Your organisation, this year")) for i in OWN]
    return {
        "cards": cards([*asked, *_campaigns(actor)], actor),
        "conventions": lines(actor, late=True),
        "shows": frozenset({"cards", "conventions"}),
    }


def _administrator(actor: Actor) -> dict[str, Any]:
    """What waits for an administrator: first steps not done yet, accesses nobody answered for in a year."""
    first = steps.read(actor)
    done = sum(line.found.done for line in first)
    own = Membership.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    due = own.to_review().count()
    waiting = [
        Card(
            _("First steps"),
            _("%(done)s of %(all)s") % {"done": number(done), "all": number(len(first))},
            _("What an instance needs to be of use"),
            reverse("accounts:first_steps"),
            _("See what is left"),
        ),
        Card(
            _("Accesses to review"),
            number(due),
            _("Each is confirmed or ended once a year"),
            reverse("accounts:review"),
            _("Review them"),
        ),
    ]
    return {
        "cards": waiting[1:] if done == len(first) else waiting,
        "conventions": lines(actor),
        "shows": frozenset({"cards", "conventions"}),
    }


def _elected(actor: Actor) -> dict[str, Any]:
    about = _("Your perimeter, this year")
    asked = [(Question(i.reference, Filter(), _year()), about) for i in PERIMETER]
    return {
        "cards": cards(asked, actor),
        "conventions": lines(actor),
        "shows": frozenset({"cards", "conventions"}),
    }


OWN = (FIRMS_PROSPECTED, ATTEMPTS_DONE, NEEDS_EXPRESSED, PICK_UP_5)
RECEIVED = (REFERRALS_SENT, PICK_UP_3, PICK_UP_5)
PERIMETER = (FIRMS_PROSPECTED, COVERAGE, ATTEMPTS_DONE, ACTIVE_CRAFT_FIRMS)

Fill = Callable[[Actor], dict[str, Any]]
_WHAT = gettext_lazy(
    "A territory’s partners write down what they do: a visit, an answer, a payment. Every figure "
    "here is computed from those acts, and opens onto what it counts. None is ever typed in."
)
_HOMES: dict[Role | None, tuple[Promise, Promise, Fill]] = {
    None: (gettext_lazy("What do the partners of a territory really do?"), _WHAT, _public),
    Role.ADVISER: (
        gettext_lazy("Hello %(name)s, whom are you seeing today?"),
        gettext_lazy("Your campaigns and your last visits."),
        _adviser,
    ),
    Role.EXPERT: (
        gettext_lazy("Which firms wait for your answer?"),
        gettext_lazy("What partners sent you, how soon you answer, your conventions."),
        _expert,
    ),
    Role.OFFICER: (
        gettext_lazy("Where do your conventions stand?"),
        gettext_lazy("Their state, and what is late."),
        _officer,
    ),
    Role.SERVICE_MANAGER: (
        gettext_lazy("What did your organisation do?"),
        gettext_lazy("Its figures, its campaigns, its conventions."),
        _manager,
    ),
    Role.ELECTED: (
        gettext_lazy("What is done in your perimeter?"),
        gettext_lazy("Figures are aggregated, and masked when too few firms stand behind them."),
        _elected,
    ),
    Role.AUDITOR: (
        gettext_lazy("What do you wish to check?"),
        gettext_lazy("You read everything; each sheet of a firm that you open is journalled."),
        _officer,
    ),
    Role.ADMINISTRATOR: (
        gettext_lazy("Who works in your organisation?"),
        gettext_lazy("People, roles, shares with partners, and their journals."),
        _administrator,
    ),
}


def _year() -> Period:
    return Period.parse(f"{clock.today():%Y}")


def _visits(actor: Actor) -> list[Visit]:
    mine = Visit.objects.owned_by(actor).standing().filter(adviser_id=actor.person_id)
    newest = mine.select_related("establishment__legal_unit").order_by("-occurred_on", "-id")
    return list(newest[:VISITS])


def _requests(actor: Actor) -> list[needs.Row]:
    """The requests that nobody of the organisation took up, the oldest first."""
    received = needs.referrals(actor, needs.Wanted()).waiting().order_by("sent_at", "pk")
    return [needs.row_of(one, actor, clock.today()) for one in received[:REQUESTS]]


def _campaigns(actor: Actor) -> list[tuple[Question, str]]:
    running = Campaign.objects.owned_by(actor).open_on(clock.today())
    return [
        (Question(indicator.reference, Filter(schemes=(campaign.scheme,))), campaign.title)
        for campaign in running.order_by("-starts_on", "-id")[:CAMPAIGNS]
        for indicator in (FIRMS_PROSPECTED, VISIT_COMPLETENESS)
    ]


def cards(asked: Sequence[tuple[Question, str]], actor: Actor) -> list[Card]:
    """Figures with what they are about, as this reader may read them, asked for together."""
    bounded = [reach.bounded(question, actor) for question, _about in asked]
    found = reach.answers(bounded, actor)
    abouts = [about for _question, about in asked]
    return [_card(one, about, actor) for one, about in zip(found, abouts, strict=True)]


def _card(answer: Answer, about: str, actor: Actor) -> Card:
    label = str(answer.definition.label)
    if answer.masked:
        return Card(label, "", about, masked=str(answer.note or ""))
    part = "numerator" if answer.numerator is not None else ""
    opens = reach.opens(actor)
    return Card(
        label=label,
        value=written(answer.value, answer.definition.unit),
        about=about,
        url=records_url(answer.question, answer.as_of, part) if opens else "",
        opening=opening(answer) if opens else "",
    )


def lines(actor: Actor, *, late: bool = False) -> list[Line]:
    """The conventions of a person's organisation, else every signed one; with what is late, if asked."""
    every = Convention.objects
    own = every.party_to(actor) if actor.organisation_id and not actor.has(Role.AUDITOR) else None
    seen = own if own is not None and own.exists() else every.visible_to(actor)
    fetched = seen.select_related("keeper")
    fetched = fetched.prefetch_related("versions__parties__organisation", "versions__deliberations")
    shown = list(fetched.order_by("title", "id")[:SHOWN])
    overdue = _late(shown) if late else {}
    published = _published(shown)
    return [
        Line(
            convention=convention,
            state=state,
            late=int(overdue[convention.slug].value or 0) if late else 0,
            late_url=_late_url(overdue[convention.slug]) if late else "",
            published=published.get(subject_of(convention)),
        )
        for convention, state in states_of(shown, clock.today(), clock.now())
    ]


def _late(shown: Sequence[Convention]) -> dict[str, Answer]:
    asked = [Question(LATE_ACTIONS.reference, Filter(schemes=(one.scheme,))) for one in shown]
    return {one.slug: given for one, given in zip(shown, figures.answer(asked), strict=True)}


def _late_url(answer: Answer) -> str:
    return records_url(answer.question, answer.as_of)


def _published(shown: Sequence[Convention]) -> dict[str, object]:
    subjects = [subject_of(convention) for convention in shown]
    newest = Publication.objects.filter(subject__in=subjects).values("subject")
    return dict(newest.annotate(at=Max("published_at")).values_list("subject", "at"))
