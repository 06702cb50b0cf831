"""A question asked by an address, as its reader may ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.conventions.models import Convention
from maillage.figures import Answer, Filter, Group, Question, Rate
from maillage.figures.answers import sides
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.observatory import outturn, reach
from maillage.observatory.addresses import AFTER, AT, BY, CONVENTION, GROUP, PART, PERIOD
from maillage.observatory.proving import ProofLine, proved

PARTS = ("numerator", "denominator")
DIMENSIONS = tuple(field.name for field in fields(Filter))
HIGHEST = 1 << 63  # beyond, no database keeps the mask
PAGES = ("figure", "figure_csv", "figure_json", "records", "records_csv", "records_json")
KNOWN = {PERIOD, AT, CONVENTION, BY, GROUP, PART, AFTER, *DIMENSIONS}


@dataclass(frozen=True)
class Inquiry:
    """What an address asks: a question, read at an instant, opened at one list and one part."""

    question: Question
    actor: Actor
    asked: Mapping[str, str]
    at: datetime | None = None
    part: str = ""
    group: str | None = None

    @property
    def definition(self) -> figures.Definition:
        """The indicator asked for."""
        return self.question.definition

    @property
    def is_open(self) -> bool:
        """Whether its reader opens figures onto records."""
        return reach.opens(self.actor)

    @cached_property
    def listed(self) -> Question:
        """The question whose units are listed: itself, or one side of a rate."""
        if not isinstance(self.definition, Rate):
            return self.question
        side, takes = sides(self.definition)[self.part == "denominator"]
        kept = self.question.filter.taking(takes)
        return Question(side.reference, kept, self.question.period, self.question.by)

    @cached_property
    def answer(self) -> Answer | None:
        """The whole figure as its reader may read it; None for the public."""
        found = reach.answers([self.question], self.actor, self.at)
        return found[0] if found else None

    @property
    def card(self) -> ProofLine | None:
        """The proof line of the whole figure: acts read and set aside only for who opens them."""
        answer = self.answer
        if answer is None:
            return None
        read = None
        if self.is_open and not isinstance(self.definition, Rate):
            read = figures.rows_read(self.question, self.at)
        return proved(answer, read, answer.n)

    @cached_property
    def listed_answer(self) -> Answer:
        """The figure of the list: what its records add up to.

        Raises:
            Invalid: the reader opens no figure.
        """
        if not self.is_open:
            raise Invalid(_("You read this figure without its records."))
        return figures.answer([self.listed], self.at)[0]

    @cached_property
    def cell(self) -> Group | None:
        """The part of the breakdown that is opened, None when the whole is.

        Raises:
            Invalid: no such part.
        """
        if self.group is None:
            return None
        for group in self.listed_answer.groups:
            if group.key == self.group:
                return group
        raise Invalid(_("Nothing is counted in this part."), remedy=_("Open the whole figure."))

    def address(self, page: str, **changes: str | None) -> str:
        """The same question on another page of the figure, filters kept; None takes a key out."""
        kept = {**self.asked, AFTER: None, **changes}
        pairs = {name: value for name, value in kept.items() if value is not None}
        found = reverse(f"observatory:{page}", args=[self.definition.reference])
        return f"{found}?{urlencode(pairs)}" if pairs else found

    @property
    def censored_url(self) -> str:
        """What is counted beside a median, under the same filter; blank for any other figure."""
        beside = getattr(self.definition, "censored", None)
        kept = {name: value for name, value in self.asked.items() if name not in {AFTER, GROUP, BY}}
        return (
            f"{reverse('observatory:records', args=[beside.reference])}?{urlencode(kept)}"
            if beside
            else ""
        )

    @property
    def urls(self) -> dict[str, str]:
        """The same question on every page and in every file of the figure."""
        return {page: self.address(page) for page in PAGES}


def definition_of(code: str) -> figures.Definition:
    """The indicator of an address.

    Raises:
        Http404: no such indicator.
    """
    try:
        return figures.get(code)
    except Invalid as error:
        raise Http404 from error


def read(code: str, query: Mapping[str, str], actor: Actor) -> Inquiry:
    """The question that an address asks, bounded to what its reader may ask.

    Raises:
        Http404: no such indicator or convention.
        Invalid: a key or a value of the address means nothing; nothing is silently left out.
    """
    definition = definition_of(code)
    asked = {name: query[name].strip() for name in query if query[name].strip() or name == GROUP}
    if unknown := sorted(set(asked) - KNOWN):
        raise Invalid(
            _("This address asks for something unknown: %(keys)s.") % {"keys": ", ".join(unknown)},
            remedy=_("Known keys: %(keys)s.") % {"keys": ", ".join(sorted(KNOWN))},
        )
    at = _instant(asked.get(AT, ""))
    question = reach.bounded(_question(definition.reference, asked, actor, at), actor)
    is_rate = isinstance(definition, Rate)
    part = asked.get(PART, PARTS[0]) if is_rate else ""
    if is_rate and part not in PARTS:
        raise Invalid(_("A rate has two lists: numerator and denominator."))
    group = asked.get(GROUP) if question.by else None
    return Inquiry(question, actor, asked, at, part, group)


def _question(
    reference: str, asked: Mapping[str, str], actor: Actor, at: datetime | None
) -> Question:
    period, by = _period(asked.get(PERIOD, "")), asked.get(BY, "")
    given = Filter.from_query(asked)
    if not 0 <= given.segments < HIGHEST:
        raise Invalid(_("No segment has this number."))
    reach.refuse_difficulties(given, actor)
    if not asked.get(CONVENTION):
        return Question(reference, given, period, by)
    convention = Convention.objects.visible_to(actor).filter(slug=asked[CONVENTION]).first()
    if convention is None:
        raise Http404
    promised = outturn.question(reference, convention=convention, period=period, by=by, at=at)
    more = {name: getattr(given, name) for name in given.dimensions()}
    return replace(promised, filter=promised.filter.narrowed(**more))


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text) if text else None
    except ValueError as error:
        raise Invalid(
            _("“%(text)s” is no period.") % {"text": text},
            remedy=_("Write 2019, 2019-06 or 2019-04-05..2020-06-30."),
        ) from error


def _instant(text: str) -> datetime | None:
    """The as-of asked for; one that has not come yet reads now."""
    if not text:
        return None
    try:
        instant = clock.parse_instant(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise Invalid(
            _("“%(text)s” is no instant.") % {"text": text},
            remedy=_("Write a day, such as 2020-06-30, or an instant, such as 2020-06-30T09:00."),
        ) from error
    return instant if instant < clock.now() else None
