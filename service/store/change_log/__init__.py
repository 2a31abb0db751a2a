"""What changed, in order, so that a copy elsewhere can follow."""
