"""The index of speakers' quotes holds their kinds, so that their facets are read from it alone."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index("quotes_by_speaker", "quotes")
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key", "source_name", "kind"])
