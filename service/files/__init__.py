"""Articles and extracted quotes in files: paths, sources, lines, pieces, columns and rows."""
