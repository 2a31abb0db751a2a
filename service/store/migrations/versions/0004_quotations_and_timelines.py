"""Quotes that are occurrences of the same quotation; the index of speakers' quotes holds their sources."""

import sqlalchemy as sa
from alembic import op

from service.store.quotations import fill_quotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_index("quotes_by_speaker", "quotes")
    op.create_index("quotes_by_speaker", "quotes", ["speaker_id", "key", "source_name"])
    for name in ("wording", "quotation"):
        op.add_column("quotes", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "fingerprints",
        *(
            sa.Column(name, kind, primary_key=True, autoincrement=False)
            for name, kind in (("value", sa.BigInteger), ("words", sa.Integer), ("wording", sa.BigInteger))
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("quotes_by_wording", "quotes", ["wording", "speaker_id"])
    op.create_index("quotes_by_quotation", "quotes", ["quotation", "key"])
    fill_quotations(op.get_bind())
