"""What an administrator loads about places: priority neighbourhoods, sectors."""
