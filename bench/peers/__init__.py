"""Peers: the same jobs as ours, written by hand as well as we can, whose sums must be the same."""
