"""People you know: a list that users load, by which names in articles are found."""
