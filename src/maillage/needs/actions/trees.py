"""The tree of themes: a draft begun from the version in force, written, published for good, or given up."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.ledger.themes import Family, Theme, Tree
from maillage.needs.models import ThemeTree
from maillage.needs.permissions import can_edit_themes
from maillage.needs.tree import document, editing, kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """What is said of a theme: where it stands, its words, its class, whether it ended and what stands for it."""

    code: str
    family: str
    place: int
    words: Words
    sensitive: bool = False
    ended: bool = False
    replaced_by: str = ""


@ledger.action
def begin_tree(*, by: Actor) -> ThemeTree:
    """Start a draft from the version in force; the one there is, when there is one.

    Raises:
        NotAllowed: the actor does not administer the instance.
        Conflict: somebody began one at the same moment.
    """
    _check(by)
    if draft := ThemeTree.objects.draft():
        return draft
    kept.forget()
    now = themes.tree()
    try:
        with transaction.atomic():
            return ThemeTree.objects.create(number=now.number + 1, families=document.written(now))
    except IntegrityError:
        raise Conflict(
            _("Somebody began this draft at the same moment."), remedy=_("Open it.")
        ) from None


def put_family(
    *, code: str, words: Words, place: int, is_new: bool, version: int, by: Actor
) -> ThemeTree:
    """Add a family to the draft, or change its words and its place.

    Raises:
        NotAllowed: the actor does not administer the instance.
        Invalid: a code that is taken or malformed, words that lack.
        Conflict: there is no draft, or somebody changed it meanwhile.
    """
    family = Family(code, words, ())

    def put(tree: Tree) -> Tree:
        _check_new(code, [one.code for one in tree.families], is_new=is_new)
        return editing.with_family(tree, family, place)

    return _rewrite(change=put, version=version, by=by)


def put_theme(*, branch: Branch, is_new: bool, version: int, by: Actor) -> ThemeTree:
    """Add a theme to the draft, or change all that may be said of it but its code.

    Raises:
        NotAllowed: the actor does not administer the instance.
        Invalid: a code that is taken or malformed, words that lack, a family or a replacement that is none.
        Conflict: there is no draft, or somebody changed it meanwhile.
    """

    def put(tree: Tree) -> Tree:
        _check_new(branch.code, tree.themes, is_new=is_new)
        if branch.family not in {one.code for one in tree.families}:
            message = _("Choose its family.")
            raise Invalid(message, fields={"family": message})
        old = tree.themes.get(branch.code)
        ended = ((old.ended_on if old else None) or clock.today()) if branch.ended else None
        theme = Theme(
            branch.code,
            branch.words,
            sensitive=branch.sensitive,
            ended_on=ended,
            replaced_by=branch.replaced_by if branch.ended else "",
            confided_until=old.confided_until if old else None,
        )
        return editing.with_theme(tree, theme, branch.family, branch.place)

    return _rewrite(change=put, version=version, by=by)


def take_out(*, code: str, version: int, by: Actor) -> ThemeTree:
    """Take out of the draft a theme that was never published, or a family that holds nothing.

    Raises:
        NotAllowed: the actor does not administer the instance.
        Invalid: the theme was published (its code stays), or the family holds themes.
        Conflict: there is no draft, or somebody changed it meanwhile.
    """

    def take(tree: Tree) -> Tree:
        family = next((one for one in tree.families if one.code == code), None)
        if family is None:
            return editing.without(tree, code)
        if family.themes:
            raise Invalid(
                _("This family holds themes."), remedy=_("Put them into another family first.")
            )
        return editing.without_family(tree, code)

    return _rewrite(change=take, version=version, by=by)


@ledger.action
def publish_tree(*, because: str, version: int, by: Actor) -> ThemeTree:
    """Put the draft into force, for good: what is offered, named and masked from now on follows it.

    Raises:
        NotAllowed: the actor does not administer the instance.
        Invalid: nothing changes, no reason is given, or the tree may not follow the one in force.
        Conflict: there is no draft, or somebody changed it meanwhile.
    """
    draft = _draft(version, by)
    before, tree = themes.tree(), document.read(draft.families, draft.number)
    if not because.strip():
        message = _("Say why.")
        raise Invalid(message, fields={"because": message})
    if not editing.differences(before, tree):
        raise Invalid(
            _("This draft changes nothing."), remedy=_("Change something, or give it up.")
        )
    if found := editing.problems(tree, before):
        raise Invalid(" ".join(found))
    draft.families = document.written(editing.settled(tree, before, clock.today()))
    draft.because, draft.published_at = because.strip()[:300], clock.now()
    draft.published_by = by.person
    draft.save()
    kept.forget()
    transaction.on_commit(kept.forget)
    return draft


@ledger.action
def drop_tree(*, by: Actor) -> None:
    """Give the draft up; when there is none, nothing happens.

    Raises:
        NotAllowed: the actor does not administer the instance.
    """
    _check(by)
    ThemeTree.objects.filter(published_at__isnull=True).delete()


@ledger.action
def _rewrite(*, change: Callable[[Tree], Tree], version: int, by: Actor) -> ThemeTree:
    """Put one change into the draft, once it may follow the version in force."""
    draft = _draft(version, by)
    tree = change(document.read(draft.families, draft.number))
    if found := editing.problems(tree, themes.tree()):
        raise Invalid(" ".join(found))
    draft.families, draft.version = document.written(tree), draft.version + 1
    draft.save(update_fields=["families", "version"])
    return draft


def _draft(version: int, by: Actor) -> ThemeTree:
    _check(by)
    draft = ThemeTree.objects.select_for_update().draft()
    if draft is None:
        raise Conflict(
            _("Nobody is writing the tree."), remedy=_("Begin a new version, then change it.")
        )
    if draft.version != version:
        raise Conflict(
            _("Somebody changed this draft while you were writing."),
            remedy=_("Look at the draft again, then make your change."),
        )
    kept.forget()
    return draft


def _check_new(code: str, held: Container[str], *, is_new: bool) -> None:
    is_held = code in held
    if is_new and is_held:
        message = _("This code is taken.")
        raise Invalid(message, fields={"code": message})
    if not is_new and not is_held:
        raise Conflict(_("This code is no longer in the draft."), remedy=_("Look at it again."))


def _check(by: Actor) -> None:
    if not can_edit_themes(by):
        raise NotAllowed(_("An administrator of the organisation in charge edits the themes."))
