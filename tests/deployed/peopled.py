"""Puts an organisation, its people, a partner and a firm into a migrated database."""

from __future__ import annotations

import json
import sys

import django

EMAIL, PASSWORD = "camille@cma.example", "Une longue phrase de passe 2020"
OFFICER = "hugo@cma.example"


def main() -> None:
    """Prints the keys that the tests need to fill in forms."""
    django.setup()
    from maillage.accounts import actions
    from maillage.accounts.actors import System
    from maillage.accounts.identity import Identity
    from maillage.accounts.models import Organisation
    from maillage.accounts.roles import Role
    from tests.factories import places, register

    owner = Organisation.objects.create(name="Chambre de métiers", short_name="CMA", kind="chamber")
    partner = Organisation.objects.create(name="Habitat du Nord", kind="landlord")
    Identity.objects.create(pk=1, organisation=owner, territory="mel")
    by = System("a test")
    for email, role in ((EMAIL, Role.ADMINISTRATOR), (OFFICER, Role.OFFICER)):
        opened = actions.open_membership(
            email=email, name="Camille Martin", role=role, organisation=owner, by=by
        )
        opened.person.set_password(PASSWORD)
        opened.person.save()
    places.places_loaded()
    firm = register.establishment()
    facts = {
        "owner": owner.pk,
        "owner_key": str(owner.key),
        "partner": partner.pk,
        "partner_key": str(partner.key),
        "firm": str(firm.key),
        "unit": str(firm.legal_unit.key),
    }
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
