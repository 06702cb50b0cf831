"""Linking a list to another without an identifier: which line tells of which firm, how surely, and why.

Probabilistic linkage after Fellegi and Sunter (1969), by splink: each comparison adds or takes a weight, the
logarithm in base 2 of how much likelier it is between lines of one firm than of two. Pure: it reads no
database and writes nothing; `link()` is its door.
"""

from maillage.register.linking.firms import Firm
from maillage.register.linking.links import Link, Why, link

__all__ = ["Firm", "Link", "Why", "link"]
