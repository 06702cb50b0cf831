"""The catalogue: services and schemes that a firm may be sent to, for whom, where, how to ask, who answers."""
