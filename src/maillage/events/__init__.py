"""Events: their programme and seats, who registered, who came, what was raised there."""
