"""The fictional town of Fenbridge and the three published cases: what a newcomer meets first."""
