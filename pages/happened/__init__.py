"""What happened: a team asks people whether their need was met."""
