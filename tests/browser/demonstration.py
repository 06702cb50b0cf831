"""Make the demonstration that the journeys visit: a process of its own, told where to keep it.

`MAILLAGE_HOME=folder python -m tests.browser.demonstration` plays the real story at its smallest size on
the small geography of the factories, so that it needs neither the packages of geography nor a minute.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maillage.accounts.models import Organisation


def main() -> None:
    """Migrate, gather what is served, load communes, play."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.site.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from maillage.site.demo import story

    settle_geography()
    # A round so slow (one attempt every other day) that advisers have firms left to see.
    story.play(story.Size("tiny", mel=240, call=20, pace_mel=-1, pace_call=-1, wrong=1), say)
    leave_work_under_way()


def leave_work_under_way() -> None:
    """What the story finishes and every page still has to show: a draft, a firm to match, a secret."""
    from maillage.accounts.models import Organisation
    from maillage.accounts.roles import Role
    from maillage.conventions.actions import texts
    from maillage.conventions.models import Convention
    from maillage.kernel import clock
    from maillage.site.demo.field import colleagues
    from maillage.site.demo.story import NOW
    from tests.factories import outreach as make

    cma, call = (Organisation.objects.get(short_name=name) for name in ("CMA", "CALL"))
    with clock.at(NOW):
        adviser = colleagues(cma, Role.ADVISER)[1]
        added = make.firm_added_by_hand(adviser, name="Atelier du Coin")
        make.visit(adviser, added.establishment, note="Le bail finit.", note_level="confidential")
        officer = colleagues(call, Role.OFFICER)[0]
        convention = Convention.objects.visible_to(officer).get(slug="call-cma-2017")
        texts.amend(convention=convention, by=officer)
    leave_places_on_a_map()
    leave_messages(cma)
    with clock.at(NOW):
        leave_corrections(cma)
        leave_an_observatory(cma)
        leave_the_firm_its_link(cma)


def leave_an_observatory(publisher: Organisation) -> None:
    """What a stock says of two territories, published; its stocks open onto their establishments."""
    from tests.factories import observed

    observed.outlined()
    vintage = observed.followed(observed.loaded([observed.MEL, observed.CALL], is_invented=True))
    for territory in (observed.MEL, observed.CALL):
        observed.published(vintage, territory, publisher)


def leave_places_on_a_map() -> None:
    """The small geography has no outlines: the firms of one adviser stand a street apart, for a round."""
    from maillage.outreach.models import ListedFirm
    from maillage.register.models import Establishment

    lines = ListedFirm.objects.unscoped(reason="a demonstration of tests").filter(
        adviser__email__startswith="karim@"
    )
    for rank, place in enumerate(lines.not_yet_seen().values_list("establishment", flat=True)):
        here = Establishment.objects.filter(pk=place, diffusion="O")
        here.update(lon=3.05 + rank / 2000, lat=50.62)


def leave_messages(sender: Organisation) -> None:
    """One message in each place where one may stand, and a file to take."""
    from maillage.post.models import Kind, State
    from tests.factories import post as make

    for state in State:
        make.standing(state, sender)
    make.batch(sender)
    make.message(sender, kind=Kind.TEXT)


def leave_corrections(keeper: Organisation) -> None:
    """Late news of the register: some acts wait for a decision, some had theirs."""
    from maillage import ledger
    from tests.factories import drifting

    drifting.decided(keeper)
    every = ledger.Act.objects.unscoped(reason="the demonstration is made").effective()
    acts = every.filter(keeper=keeper, establishment__isnull=False).select_related("establishment")
    drifting.news(*acts.order_by("-occurred_on")[:60])
    drifting.look()


TOKENS = {"fr": "the-firm-of-the-demonstration", "en": "the-firm-of-the-demonstration-en"}


def leave_the_firm_its_link(keeper: Organisation) -> None:
    """A firm that was visited holds its link, and asks something; an answer waits, another is read."""
    import hashlib
    from datetime import timedelta

    from maillage import ledger
    from maillage.accounts.roles import Role
    from maillage.kernel import clock
    from maillage.observatory.purposes import FIRM
    from maillage.post.models import Link
    from maillage.register.actions import own
    from maillage.site.demo.field import colleagues
    from tests.factories import firmside

    every = ledger.Act.objects.unscoped(reason="the demonstration is made")
    act = every.filter(keeper=keeper, legal_unit__isnull=False).order_by("-occurred_on").first()
    assert act is not None
    access = firmside.access(keeper, act.legal_unit)
    for language, token in TOKENS.items():
        Link.objects.create(
            digest=hashlib.sha256(token.encode()).hexdigest(), purpose=FIRM, language=language,
            subject=str(access.key), expires_at=clock.real_now() + timedelta(days=90),
        )  # fmt: skip
    type(access)._base_manager.update(until=clock.real_now() + timedelta(days=90))
    firmside.request(access=access)
    answered = firmside.request(access=access, said="Notre téléphone a changé")
    adviser = colleagues(keeper, Role.ADVISER)[0]
    own.answer(request=answered, is_accepted=True, words="Corrigé sur votre fiche.", by=adviser)


def settle_geography() -> None:
    """The communes of the factories, and the one intercommunality more that the conventions name."""
    from maillage.places.actions import write_geography
    from maillage.places.assembly import assemble
    from maillage.places.sources import ACTIVE, RawCommune, RawEpci, read_rules
    from tests.factories.places import small_vintages

    town = RawCommune("62765", "Saint-Omer", ACTIVE, department="62", population=14_000)
    capso = RawEpci("200069037", "CA du Pays de Saint-Omer", ("62765",), 14_000)
    vintages = [
        dataclasses.replace(known, communes=(*known.communes, town), epcis=(*known.epcis, capso))
        for known in small_vintages()
    ]
    rules = read_rules()
    write_geography(assemble(vintages, rules), rules, digest="small sample")


def say(told: str) -> None:
    """What is being played, for whoever waits."""
    sys.stderr.write(f"{told}\n")


if __name__ == "__main__":
    main()
