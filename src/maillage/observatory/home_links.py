"""Where each person goes on to from their first page, by role."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from maillage.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go on to."""

    label: str | Promise
    words: str | Promise
    page: str

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.page)


PAGES = {
    "day": Link(gettext_lazy("My day"), gettext_lazy("Whom to see today"), "outreach:my_day"),
    "campaigns": Link(
        gettext_lazy("Campaigns"), gettext_lazy("Lists, advisers, coverage"), "outreach:campaigns"
    ),
    "portfolio": Link(
        gettext_lazy("Portfolios"),
        gettext_lazy("Firms followed, contacts due"),
        "outreach:portfolio",
    ),
    "firms": Link(
        gettext_lazy("Find a firm"), gettext_lazy("Name, SIRET or commune"), "register:search"
    ),
    "figures": Link(
        gettext_lazy("All figures"),
        gettext_lazy("Definitions, values, records"),
        "observatory:figures",
    ),
    "conventions": Link(
        gettext_lazy("All conventions"),
        gettext_lazy("Texts, actions, promises"),
        "conventions:conventions",
    ),
    "unassigned": Link(
        gettext_lazy("Payments charged to nothing"),
        gettext_lazy("Money waiting for its action"),
        "conventions:entries_nothing",
    ),
    "money": Link(
        gettext_lazy("Payments"),
        gettext_lazy("Commitments and payments entered"),
        "conventions:entries",
    ),
    "signals": Link(
        gettext_lazy("Early signals"),
        gettext_lazy("Firms to call before it is too late"),
        "outreach:signals",
    ),
    "controls": Link(
        gettext_lazy("Controls of visits"),
        gettext_lazy("Visits drawn by lot and called back"),
        "outreach:controls",
    ),
    "guides": Link(
        gettext_lazy("Visit guides"), gettext_lazy("What is asked at the door"), "outreach:guides"
    ),
    "needs": Link(
        gettext_lazy("Needs of firms"),
        gettext_lazy("What they ask for, who answers"),
        "needs:needs",
    ),
    "inbox": Link(
        gettext_lazy("Requests received"),
        gettext_lazy("Firms that wait for your answer"),
        "needs:referrals",
    ),
    "followed": Link(
        gettext_lazy("Follow-up of needs"),
        gettext_lazy("What partners do, what nobody has in hand"),
        "needs:followed",
    ),
    "call_backs": Link(
        gettext_lazy("Firms to call back"),
        gettext_lazy("Thirty and ninety days after: did it help?"),
        "needs:call_backs",
    ),
    "lists": Link(
        gettext_lazy("Lists of partners"), gettext_lazy("Lines to be reviewed"), "lists:lists"
    ),
    "diagnoses": Link(
        gettext_lazy("Diagnoses"), gettext_lazy("Second passes, progress"), "diagnoses:passes"
    ),
    "catalogue": Link(
        gettext_lazy("Catalogue"),
        gettext_lazy("Services and schemes, for whom, how to ask"),
        "catalogue:entries",
    ),
    "desks": Link(gettext_lazy("Desks"), gettext_lazy("Hours, who came"), "desks:sessions"),
    "events": Link(
        gettext_lazy("Events"), gettext_lazy("What takes place, who comes"), "events:events"
    ),
    "calendar": Link(
        gettext_lazy("Public calendar"),
        gettext_lazy("Events open to firms, without an account"),
        "events:calendar",
    ),
    "requests": Link(
        gettext_lazy("Requests of firms"),
        gettext_lazy("To correct, to be forgotten"),
        "observatory:firm_requests",
    ),
    "corrections": Link(
        gettext_lazy("Corrections"),
        gettext_lazy("What was set right, by whom, why"),
        "observatory:corrections",
    ),
    "drifts": Link(
        gettext_lazy("Qualification drifts"),
        gettext_lazy("What the register now says otherwise"),
        "observatory:drifts",
    ),
    "vintages": Link(
        gettext_lazy("Publish the observatories"),
        gettext_lazy("Stocks loaded, what they would say"),
        "observatory:observatory_vintages",
    ),
    "organisation": Link(
        gettext_lazy("People and shares"),
        gettext_lazy("Who does what in your organisation"),
        "accounts:organisation",
    ),
    "journals": Link(
        gettext_lazy("Journals"),
        gettext_lazy("Who read what, whose rights changed"),
        "accounts:journals",
    ),
    "loads": Link(
        gettext_lazy("Loads of files"),
        gettext_lazy("What came in by file, rows refused"),
        "intake:loads",
    ),
    "post": Link(
        gettext_lazy("What goes out"),
        gettext_lazy("Messages sent, waiting, uncertain"),
        "post:outbox",
    ),
    "rights": Link(
        gettext_lazy("Rights"), gettext_lazy("Who may see and do what"), "accounts:rights"
    ),
}

BY_ROLE: dict[Role | None, tuple[str, ...]] = {
    None: ("conventions", "figures", "firms", "calendar", "rights"),
    Role.ADVISER: (
        "day",
        "call_backs",
        "needs",
        "inbox",
        "campaigns",
        "diagnoses",
        "catalogue",
        "desks",
        "portfolio",
        "signals",
        "events",
        "firms",
        "lists",
        "figures",
    ),
    Role.OFFICER: (
        "inbox",
        "needs",
        "unassigned",
        "drifts",
        "corrections",
        "campaigns",
        "portfolio",
        "events",
        "diagnoses",
        "catalogue",
        "desks",
        "firms",
        "lists",
        "vintages",
        "figures",
    ),
    Role.SERVICE_MANAGER: (
        "followed",
        "inbox",
        "signals",
        "guides",
        "controls",
        "campaigns",
        "portfolio",
        "events",
        "diagnoses",
        "catalogue",
        "desks",
        "unassigned",
        "drifts",
        "corrections",
        "requests",
        "organisation",
        "loads",
        "lists",
        "vintages",
    ),
    Role.ELECTED: ("conventions", "figures", "firms"),
    Role.EXPERT: ("inbox", "needs", "catalogue", "conventions", "figures", "firms"),
    Role.LANDLORD: ("conventions", "figures", "firms"),
    Role.COMMITTEE: ("conventions", "figures", "firms"),
    Role.AUDITOR: ("journals", "corrections", "drifts", "rights", "money", "organisation"),
    Role.ADMINISTRATOR: (
        "organisation",
        "requests",
        "journals",
        "corrections",
        "post",
        "loads",
        "catalogue",
        "rights",
    ),
}
