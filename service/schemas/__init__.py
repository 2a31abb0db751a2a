"""Checks of what comes in, with marshmallow and without Flask."""
