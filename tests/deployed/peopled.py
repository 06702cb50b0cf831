"""Puts an organisation and its administrator into the migrated database that the environment names."""

from __future__ import annotations

import django

EMAIL, PASSWORD = "camille@cma.example", "Une longue phrase de passe 2020"


def main() -> None:
    """One administrator, whose password is known to the tests."""
    django.setup()
    from maillage.accounts import actions
    from maillage.accounts.actors import System
    from maillage.accounts.identity import Identity
    from maillage.accounts.models import Organisation
    from maillage.accounts.roles import Role

    owner = Organisation.objects.create(name="Chambre de métiers", short_name="CMA", kind="chamber")
    Identity.objects.create(pk=1, organisation=owner, territory="mel")
    opened = actions.open_membership(
        email=EMAIL, name="Camille Martin", role=Role.ADMINISTRATOR, organisation=owner,
        by=System("a test"),
    )  # fmt: skip
    opened.person.set_password(PASSWORD)
    opened.person.save()


if __name__ == "__main__":
    main()
