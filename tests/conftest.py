"""What every folder of tests shares: `store_url`, the address of an empty store on each database."""

pytest_plugins = ["tests.postgres"]
