"""Questionnaires brought in, written as drafts, published for good."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.diagnoses import parsing
from maillage.diagnoses.document import Document
from maillage.diagnoses.models import MACHINE, Questionnaire
from maillage.diagnoses.permissions import can_edit_questionnaires
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed


def checked(text: str, *, file: str = "") -> Document:
    """The questionnaire of a text, its themes among those that acts know.

    Raises:
        TextRefused: with every problem found.
    """
    return parsing.read(text.replace("\r\n", "\n"), themes=ledger.themes.themes(), file=file)


@transaction.atomic
def bring(*, text: str, by: Actor, file: str = "") -> Questionnaire:
    """Take a questionnaire in as a draft: a new one, or the next version of one's own; the same text changes nothing.

    Raises:
        NotAllowed: the actor writes no questionnaires, or this code is another organisation's.
        TextRefused: the text has problems, each with its line.
    """
    document = checked(text, file=file)
    _check(by, None)
    text = text.replace("\r\n", "\n")
    last = _versions(document.code).last()
    if last is not None:
        _check(by, last)
        if last.text == text:
            return last
        if last.is_draft:
            return _write(last, text)
    return _create(document.code, text, last.number + 1 if last else 1, by)


@transaction.atomic
def compared_with_last(*, text: str, by: Actor, file: str = "") -> str:
    """What a file would do: `new`, `changed` or `unchanged`; nothing is written.

    Raises:
        NotAllowed: this code is another organisation's.
        TextRefused: the text has problems, each with its line.
        Invalid: a draft of it is being written.
    """
    last = _versions(checked(text, file=file).code).last()
    _check(by, last)
    if last is None:
        return "new"
    if last.text == text.replace("\r\n", "\n"):
        return "unchanged"
    if last.is_draft:
        raise Invalid(
            _("A draft of this questionnaire is being written."),
            remedy=_("Publish it or give it up first."),
        )
    return "changed"


@transaction.atomic
def take_in(*, text: str, load: int, by: Actor, file: str = "") -> str:
    """Bring the questionnaire of a load, once, and make the load active; a text that is there already brings nothing.

    Raises:
        NotAllowed, TextRefused, Invalid: as `compared_with_last` says.
    """
    kind = compared_with_last(text=text, by=by, file=file)
    if kind != "unchanged":
        draft = bring(text=text, by=by, file=file)
        draft.load_id = load
        draft.save(update_fields=["load"])
        Load.objects.filter(pk=load).update(state=Load.State.ACTIVE, activated_at=clock.now())
    return kind


@transaction.atomic
def take_out(*, load: int) -> None:
    """Take away the draft that a load brought; once published, it stays: that was a decision of its own."""
    drafts = Questionnaire.objects.visible_to(MACHINE).filter(load=load, published_at=None)
    drafts.delete()


@transaction.atomic
def begin_version(*, found: Questionnaire, by: Actor) -> Questionnaire:
    """Start a draft from the last published version; the draft that there is, when there is one.

    Raises:
        NotAllowed: the questionnaire is another organisation's.
    """
    _check(by, found)
    last = _versions(found.code).last() or found
    return last if last.is_draft else _create(last.code, last.text, last.number + 1, by)


@transaction.atomic
def rewrite(*, found: Questionnaire, text: str, version: int, by: Actor) -> Questionnaire:
    """Change a draft.

    Raises:
        NotAllowed: the questionnaire is another organisation's.
        TextRefused: the text has problems, each with its line.
        Invalid: the code changed: it is what ties versions together.
        Conflict: it is published, or somebody changed it meanwhile.
    """
    draft = _draft(found, by)
    document = checked(text)
    if document.code != draft.code:
        told = _("The code stays “%(code)s”: it ties the versions together.") % {"code": draft.code}
        raise Invalid(told, fields={"text": told})
    if draft.version != version:
        raise Conflict(
            _("Somebody changed this questionnaire while you were writing."),
            remedy=_("Compare both texts, then save again."),
        )
    return _write(draft, text.replace("\r\n", "\n"))


@transaction.atomic
def publish(*, found: Questionnaire, by: Actor) -> Questionnaire:
    """Put a draft into use, for good: diagnoses made from now on pin this version.

    Raises:
        NotAllowed: the questionnaire is another organisation's.
        Conflict: it is published already.
    """
    draft = _draft(found, by)
    checked(draft.text)
    draft.published_at, draft.published_by = clock.now(), by.person
    draft.save(update_fields=["published_at", "published_by"])
    return draft


@transaction.atomic
def drop_draft(*, found: Questionnaire, by: Actor) -> None:
    """Give a draft up.

    Raises:
        NotAllowed: the questionnaire is another organisation's.
        Conflict: it is published.
    """
    _draft(found, by).delete()


def _versions(code: str) -> models.QuerySet[Questionnaire]:
    every = Questionnaire.objects.visible_to(MACHINE)
    return every.select_for_update().filter(code=code).order_by("number")


def _create(code: str, text: str, number: int, by: Actor) -> Questionnaire:
    try:
        with transaction.atomic():
            return Questionnaire.objects.create(
                organisation=by.acting_for(), code=code, text=text, number=number
            )
    except IntegrityError:
        raise Conflict(
            _("Somebody began this questionnaire at the same moment."), remedy=_("Open it.")
        ) from None


def _write(draft: Questionnaire, text: str) -> Questionnaire:
    draft.text, draft.version = text, draft.version + 1
    draft.save(update_fields=["text", "version"])
    return draft


def _draft(found: Questionnaire, by: Actor) -> Questionnaire:
    rows = Questionnaire.objects.visible_to(by).select_for_update().filter(pk=found.pk)
    draft = rows.first()
    if draft is None:
        raise NotAllowed(_("Only the organisation that wrote a questionnaire changes it."))
    _check(by, draft)
    if not draft.is_draft:
        raise Conflict(
            _("A published version never changes."), remedy=_("Begin a new version instead.")
        )
    return draft


def _check(by: Actor, found: Questionnaire | None) -> None:
    if not can_edit_questionnaires(by, found):
        raise NotAllowed(
            _("Officers and service managers write the questionnaires of their own organisation.")
        )
