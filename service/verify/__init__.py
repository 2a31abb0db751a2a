"""Compares a quotation with what was said.  Pure: words in, verdict out; no Flask, no SQL."""
