"""Quotes in the formats that other programs read, each a stream of pieces."""
