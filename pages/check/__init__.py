"""One measure at a time, looked into."""
