"""The promises, on platforms that do their worst."""
