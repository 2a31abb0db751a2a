"""The text itself: characters, paragraphs, passages."""
