"""The composition root: settings, routes, wiring, demonstration, health."""
