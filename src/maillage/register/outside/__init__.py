"""Firms as public services tell of them: candidates, shown with their date, never rows of the register.

    from maillage.register import outside
    outside.find("boulangerie lille").data.firms     # Recherche d’entreprises
    outside.of_siren("552032534").data.firms         # INSEE's Sirene: the unit and its establishments

A person may add one, by an action. A firm that was erased here is not told of, nor kept; one of partial
diffusion has neither name nor street.
"""

from maillage.register.outside.asking import address_of, find, is_on, of_siren, of_siret
from maillage.register.outside.told import Found, ToldFirm, ToldPlace

__all__ = [
    "Found",
    "ToldFirm",
    "ToldPlace",
    "address_of",
    "find",
    "is_on",
    "of_siren",
    "of_siret",
]
