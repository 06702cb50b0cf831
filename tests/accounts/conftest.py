"""Three people as in most tests of rights: one owns, one is a partner, one must see nothing."""

from __future__ import annotations

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from tests.factories import accounts as make


@pytest.fixture
def administrator(db: None) -> Actor:
    return make.actor(Role.ADMINISTRATOR)
