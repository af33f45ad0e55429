"""The workflow of Soglas: the pure core and its asynchronous shell. No messenger, no table and no markup lives here."""
