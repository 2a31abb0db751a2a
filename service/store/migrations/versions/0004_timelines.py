"""The index of speakers' quotes holds their sources."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_index("quotes_by_speaker", "quotes")
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key", "source_name"])
