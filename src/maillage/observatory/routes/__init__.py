"""One module for each family of pages; each gives its routes as `ROUTES`."""
