"""An invented stock in INSEE's exact columns, of any size up to France's, for the demonstration and for measures."""
