"""What comes in by file of external series: each module declares its series and how one real file of it is read."""
