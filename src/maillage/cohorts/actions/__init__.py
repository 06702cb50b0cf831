"""Every write of cohorts."""

from maillage.cohorts.actions.lists import (
    Told as Told,
    drop_some as drop_some,
    standing as standing,
    take_lines as take_lines,
    withdraw_some as withdraw_some,
)
from maillage.cohorts.actions.programmes import (
    change_stages as change_stages,
    close_programme as close_programme,
    name_structures as name_structures,
    open_programme as open_programme,
)
