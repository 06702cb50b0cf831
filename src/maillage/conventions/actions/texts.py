"""Texts: prepared, edited line by line, signed, amended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.conventions import checks
from maillage.conventions.actions.writing import write_draft
from maillage.conventions.acts import SIGNED
from maillage.conventions.models import Action, Convention, Party, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.models.versions import refuse_frozen
from maillage.conventions.permissions import can_create_convention, can_edit_convention
from maillage.conventions.readings import names_by_key, version_text, with_text
from maillage.conventions.text import rules
from maillage.conventions.text.problems import Problem, TextRefused
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed

HEADING = ("title", "territory", "predecessor")
"""What a convention is called, where, after which: free until its first text is signed."""


@transaction.atomic
def create_convention(
    *,
    slug: str,
    title: str,
    territory: str,
    by: Actor,
    once: UUID,
    predecessor: Convention | None = None,
) -> Convention:
    """Open a convention with an empty draft that the actor's organisation keeps and is a party to.

    Raises:
        NotAllowed: the actor prepares no conventions.
        Invalid: the address is taken or malformed.
    """
    if not can_create_convention(by):
        raise NotAllowed(_("A convention is prepared by an officer or a service manager."))
    everywhere = Convention.objects.unscoped(reason="addresses are unique over all organisations")
    # One reading for both questions: between two, a twin of this very form could take the address.
    taken = list(everywhere.filter(Q(once=once) | Q(slug=slug)))
    if sent := next((other for other in taken if other.once == once), None):
        return sent
    if not rules.SLUG.fullmatch(slug) or taken:
        message = _("This address is taken or malformed.")
        raise Invalid(message, fields={"slug": message})
    keeper = by.acting_for()
    convention = Convention.objects.create(
        slug=slug,
        title=title,
        territory=territory,
        keeper=keeper,
        predecessor=predecessor,
        once=once,
    )
    version = Version.objects.create(convention=convention)
    Party.objects.create(version=version, organisation=keeper)
    return convention


@transaction.atomic
def edit_head(*, version: Version, values: Mapping[str, Any], edition: int, by: Actor) -> Version:
    """Change what a draft says of itself: dates, amount, words; of a first text, its title too.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: the text is signed, or somebody changed it meanwhile.
    """
    _may_edit(version.convention, by)
    held = Version.objects.select_for_update().get(pk=version.pk)
    heading = {name: value for name, value in values.items() if name in HEADING}
    _save(held, {name: values[name] for name in values if name not in HEADING}, edition)
    if heading and held.number == 0:
        Convention.objects.unscoped(reason="the heading of the draft in hand").filter(
            pk=held.convention_id
        ).update(**heading)
    return held


@transaction.atomic
def edit_line(
    *,
    version: Version,
    model: type[Row],
    pk: int | None,
    values: Mapping[str, Any],
    by: Actor,
    edition: int = 0,
    once: UUID | None = None,
) -> Row:
    """Add a line to a draft, or change one; a form sent twice adds one line.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: the text is signed, or somebody changed the line meanwhile.
        Invalid: the line repeats a code or a party of the text.
    """
    _may_edit(version.convention, by)
    lines = model._default_manager.filter(version=version)  # noqa: SLF001 -- public API
    many = {name: value for name, value in values.items() if name == "partners"}
    plain = {name: value for name, value in values.items() if name not in many}
    if pk is None:
        if once and (sent := lines.filter(once=once).first()):
            return sent
        line = model(version=version, rank=_last_rank(lines) + 1, once=once)
    else:
        line = lines.select_for_update().get(pk=pk)
    before = line.key if isinstance(line, Action) else ""
    if isinstance(line, Action) and (not line.key or line.code != plain["code"]):
        line.key = _permanent_key(version, line, str(plain["code"]))
    _save(line, plain, edition)
    for name, value in many.items():
        getattr(line, name).set(value)
    if isinstance(line, Action) and before not in {"", line.key}:
        _follow(version, before, line.key)
    return line


def _follow(version: Version, before: str, after: str) -> None:
    """Promises on the money of an action of a draft follow it when its code changes."""
    for target in version.targets.all():
        keys = target.filter.get("action_keys", [])
        if before in keys:
            target.filter["action_keys"] = [after if key == before else key for key in keys]
            target.save(update_fields=["filter"])


@transaction.atomic
def remove_line(*, version: Version, model: type[Row], pk: int, by: Actor) -> None:
    """Strike a line out of a draft, with what hangs from it.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: the text is signed.
    """
    _may_edit(version.convention, by)
    for line in model._default_manager.filter(version=version, pk=pk):  # noqa: SLF001
        line.delete()


@transaction.atomic
def move_line(*, version: Version, model: type[Row], pk: int, down: bool, by: Actor) -> None:
    """Put a line of a draft before, or after, its neighbour of the same axis or action.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: the text is signed.
    """
    _may_edit(version.convention, by)
    Version.objects.select_for_update().get(pk=version.pk)
    lines = list(model._default_manager.filter(version=version))  # noqa: SLF001 -- public API
    here = next((at for at, line in enumerate(lines) if line.pk == pk), None)
    if here is None:
        return
    near = range(here + 1, len(lines)) if down else range(here - 1, -1, -1)
    there = next((at for at in near if lines[at].place == lines[here].place), here)
    lines[here], lines[there] = lines[there], lines[here]
    for rank, line in enumerate(lines):
        if line.rank != rank:
            line.rank = rank
            line.save(update_fields=["rank"])


@ledger.action
def sign(
    *,
    version: Version,
    signed_on: date | None,
    by: Actor,
) -> Version:
    """Sign a text: from this instant it binds and no longer changes.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: it is already signed.
        TextRefused: the text breaks a rule; every problem is told.
    """
    _may_edit(version.convention, by)
    texts = with_text(Version.objects.select_for_update(of=("self",)).filter(pk=version.pk))
    held = texts.select_related("convention").get()
    if held.is_signed:
        raise Conflict(_("This text is already signed."))
    held.signed_on = signed_on or held.signed_on
    _refuse_problems(held)
    held.recorded_at = clock.now()
    held.save()
    convention = held.convention
    if convention.signed_at is None:
        convention.signed_at = held.recorded_at
        convention.save(update_fields=["signed_at"])
    day = held.signed_on or held.effective_on or clock.today()
    ledger.record(
        SIGNED,
        by=by,
        keeper=by.organisation or convention.keeper,
        occurred_on=min(day, clock.today()),
        source=("conventions.version", held.key),
        scheme=convention.scheme,
        once=f"conventions.signed:{held.key}",
    )
    return held


def _refuse_problems(version: Version) -> None:
    text = version_text(version, names_by_key([version]))
    problems = rules.version_problems(text, slug=version.convention.slug)
    problems += rules.signature_problems(text)
    problems += checks.version_problems(text)
    problems += checks.territory_problems(version.convention.territory, text.effective_on)
    earlier = version.convention.versions.filter(
        number__lt=version.number, effective_on__gt=version.effective_on or date.max
    )
    if earlier.exists():
        problems.append(
            Problem(
                ("effective_on",),
                _("An amendment cannot hold from an earlier day than the text it changes."),
                _("Put the dates in order."),
            )
        )
    if problems:
        raise TextRefused(problems)


@transaction.atomic
def amend(*, convention: Convention, by: Actor) -> Version:
    """Prepare an amendment: a draft copied from the last signed text, action keys kept.

    Raises:
        NotAllowed: another organisation keeps the text.
        Conflict: there is nothing to amend, or an amendment is already being prepared.
    """
    _may_edit(convention, by)
    Convention.objects.unscoped(reason="one amendment at a time").select_for_update().get(
        pk=convention.pk
    )
    last = with_text(convention.versions.order_by("-number")).first()
    if last is None or not last.is_signed:
        raise Conflict(
            _("The last text is not signed yet."), remedy=_("Edit it instead of amending it.")
        )
    return copy(last)


def copy(version: Version) -> Version:
    """The next draft, saying the same as a signed text, except when it is signed and holds."""
    names = names_by_key([version])
    organisations = {str(o): o for o in _organisations(version)}
    organisations |= {str(o): o for o in Organisation.objects.filter(key__in=names)}
    text = version_text(version, names)
    amended = replace(
        text,
        number=text.number + 1,
        signed=False,
        signed_on=None,
        effective_on=None,
        deliberations=(),
        doubt="",
    )
    return write_draft(version.convention, amended, organisations)


def _last_rank(lines: QuerySet[Row]) -> int:
    found = lines.aggregate(last=Max("rank"))["last"]
    return -1 if found is None else int(found)


def _permanent_key(version: Version, action: Action, code: str) -> str:
    """An action keeps the key that signed texts know it by; a new one takes a key never used."""
    signed = Action.objects.filter(
        version__convention_id=version.convention_id, version__recorded_at__isnull=False
    )
    if action.key and signed.filter(key=action.key).exists():
        return action.key
    key = f"{version.convention.slug}/{code}"
    if signed.filter(key=key).exists():
        message = _("The code %(code)s named another action in an earlier text.") % {"code": code}
        raise Invalid(message, remedy=_("Take a new code."), fields={"code": message})
    return key


def _organisations(version: Version) -> list[Organisation]:
    found = [party.organisation for party in version.parties.all()]
    found += [line.funder for line in version.budget.all() if line.funder]
    for action in version.actions.all():
        found += [action.pilot] if action.pilot else []
        found += list(action.partners.all())
    return found


def _may_edit(convention: Convention, by: Actor) -> None:
    if not can_edit_convention(by, convention):
        raise NotAllowed(_("The organisation that keeps the text is the one that edits it."))


def _save(thing: Version | Row, values: Mapping[str, Any], edition: int) -> None:
    if thing.pk and thing.edition != edition:
        raise Conflict(_("Somebody changed this text meanwhile."), remedy=_("Compare both texts."))
    for name, value in values.items():
        setattr(thing, name, value)
    thing.edition += 1
    try:
        with transaction.atomic():
            thing.save()
    except IntegrityError:
        version = thing.pk if isinstance(thing, Version) else thing.version_id
        if Version.objects.filter(pk=version).signed().exists():
            refuse_frozen()  # signed while the change was on its way: the seal refused it
        message = _("This line repeats another one of the text, or contradicts itself.")
        raise Invalid(message, remedy=_("Change its code, party or amount.")) from None
