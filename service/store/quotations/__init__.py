"""Quotations: groups of equal quotes, found by their words."""
