"""The vocabulary that pages, measures and connectors share. It knows nobody."""
