"""How the framework itself writes numbers and dates, by language (its own French uses U+00A0)."""
