"""The layers that every request passes, for the API and the pages alike."""
