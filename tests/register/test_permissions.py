"""Who reads and undoes loads: a table of roles."""

import pytest

from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from maillage.kernel.errors import NotAllowed
from maillage.register.models import Load, Source
from maillage.register.permissions import can_read_loads, can_undo_load, require


class Acting:
    """Somebody of one role."""

    is_system = False

    def __init__(self, role):
        self.role = role

    def has(self, *roles):
        return self.role in roles


@pytest.mark.parametrize("role", list(Role))
def test_administrators_and_service_managers_read_loads_and_administrators_undo_them(role):
    acting, stock = Acting(role), Load(source=Source.SIRENE)

    assert can_read_loads(acting) is (role in {Role.ADMINISTRATOR, Role.SERVICE_MANAGER})
    assert can_undo_load(acting, stock) is (role is Role.ADMINISTRATOR)


def test_nobody_undoes_the_load_of_a_firm_met_in_the_field():
    field = Load(source=Source.FIELD)

    assert not can_undo_load(Acting(Role.ADMINISTRATOR), field)
    assert not can_undo_load(System("test"), field)


def test_the_system_may_and_strangers_may_not():
    assert can_read_loads(System("test"))
    assert not can_read_loads(ANONYMOUS)
    with pytest.raises(NotAllowed):
        require(can_undo_load(ANONYMOUS, Load(source=Source.SIRENE)))
