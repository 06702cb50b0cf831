"""The tree of themes: families and themes by version, the first of which ships with the product (ADR 0031)."""
