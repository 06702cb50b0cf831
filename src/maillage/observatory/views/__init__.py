"""Views of the pages that read across."""
