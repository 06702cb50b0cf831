"""Routes of prospecting that stand apart from visits, one module a subject; `urls.py` puts them together."""
