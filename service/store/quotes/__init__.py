"""Quotes in the store: conditions, lists, facets, timelines."""
