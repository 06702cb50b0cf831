"""Everything that is written in the catalogue."""

from maillage.catalogue.actions.entries import (
    add_entry as add_entry,
    confirm_entry as confirm_entry,
    edit_entry as edit_entry,
    retire_entry as retire_entry,
)
from maillage.catalogue.actions.links import check_links as check_links
from maillage.catalogue.actions.loads import (
    Told as Told,
    discard as discard,
    find_partners as find_partners,
    kinds as kinds,
    take_in as take_in,
)
from maillage.catalogue.content import Content as Content
