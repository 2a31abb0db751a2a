"""The pages: templates and static files, all served by this application."""
