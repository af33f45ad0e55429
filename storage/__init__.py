"""The database: tables, statements, transactions, migrations. No rule of the workflow lives here."""
