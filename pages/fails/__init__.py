"""Who the system fails most."""
