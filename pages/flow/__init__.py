"""Flow: what happens to people who ask."""
