"""The demonstration: a plausible partnership, played through the actions of the product.

Nothing is written beside them: every figure of the demonstration is computed, like anybody's. All is
invented, save the texts of the conventions, whose sources are named.
"""
