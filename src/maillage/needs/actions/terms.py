"""Advisers keep the thesaurus: terms written, taken out, and synonyms that people's choices propose."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger import themes
from maillage.needs import thesaurus
from maillage.needs.matching.texts import plain
from maillage.needs.models import Need, Synonym, Term
from maillage.needs.models.needs import MACHINE
from maillage.needs.permissions import can_keep_terms

LONGEST = 200


def keep_term(*, term: str, theme: str, by: Actor) -> Term:
    """Keep words with the theme they speak of; kept twice, they are kept once.

    Raises:
        NotAllowed: the actor does not hear firms.
        Invalid: no word, too many, or no such theme.
    """
    if not can_keep_terms(by):
        raise NotAllowed(_("Only who works with firms keeps the thesaurus."))
    words, spelled = " ".join(term.split()), plain(term)
    if not spelled or len(words) > LONGEST:
        message = _("Write the words that artisans use, a few of them.")
        raise Invalid(message, fields={"term": message})
    if themes.taken(theme, clock.today()) is None:
        message = _("Choose what these words speak of.")
        raise Invalid(message, fields={"theme": message})
    owner = by.acting_for()
    same = thesaurus.terms_of(owner).filter(plain=spelled, theme=theme)
    made = {"term": words, "plain": spelled, "theme": theme, "made_at": clock.now()}
    try:
        with transaction.atomic():
            return same.first() or Term.objects.create(
                organisation=owner, made_by=by.person, **made
            )
    except IntegrityError:  # a colleague, at the same instant
        return same.get()


@transaction.atomic
def end_term(*, term: Term, by: Actor) -> None:
    """Take a term out: it proposes nothing any more. Said twice, it is said once.

    Raises:
        NotAllowed: it is another organisation's, or the actor does not hear firms.
    """
    if not can_keep_terms(by) or term.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only who works with firms keeps the thesaurus."))
    every = Term.objects.visible_to(MACHINE)
    every.filter(pk=term.pk, ended_at=None).update(ended_at=clock.now())


def propose_synonym(need: Need, by: Actor) -> None:
    """A person confirmed the theme of a request in whose words no term speaks of it: to be looked at by an adviser.

    Within the action by which the person chose; once a need.
    """
    if by.person is None or not need.words.strip():
        return
    if need.theme in thesaurus.kept_by(need.organisation).themes(need.words):
        return
    every = Synonym.objects.visible_to(MACHINE)
    if not every.filter(need=need).exists():
        Synonym.objects.create(need=need, theme=need.theme, made_at=clock.now())


@transaction.atomic
def decide_synonym(*, synonym: Synonym, term: str, by: Actor) -> Term | None:
    """Keep words of a request with the theme that was chosen, or (blank) none of them.

    Raises:
        NotAllowed: another organisation heard the need, or the actor does not hear firms.
        Invalid: the words cannot be kept.
        Conflict: a colleague decided meanwhile.
    """
    if not can_keep_terms(by) or synonym.need.organisation_id != by.organisation_id:
        raise NotAllowed(_("Only who works with firms keeps the thesaurus."))
    every = Synonym.objects.visible_to(MACHINE).select_for_update(of=("self",))
    found = every.get(pk=synonym.pk)
    if found.decided_at is not None:
        raise Conflict(_("A colleague decided meanwhile."))
    kept = keep_term(term=term, theme=found.theme, by=by) if term.strip() else None
    found.term, found.decided_at, found.decided_by = kept, clock.now(), by.person
    found.save(update_fields=["term", "decided_at", "decided_by"])
    return kept
