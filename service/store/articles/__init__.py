"""Articles in the store: read, written, extracted again."""
