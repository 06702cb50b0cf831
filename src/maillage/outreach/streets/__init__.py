"""A street as one walks it: what it is called, whatever the spelling, and its doors in order, side by side.

Nothing here reads the database: names and numbers come in as the register writes them.
"""

from maillage.outreach.streets.naming import called, key_of
from maillage.outreach.streets.numbering import Number, Side, number_of, walk

__all__ = ["Number", "Side", "called", "key_of", "number_of", "walk"]
