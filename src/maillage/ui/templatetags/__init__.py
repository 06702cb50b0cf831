"""The template library `ui`: formats and components every page uses."""
