"""Pages of prospecting: the adviser's day, visits, firms added by hand, campaigns."""
