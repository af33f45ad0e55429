"""The rules themselves: pure functions and values, tested without any messenger or storage."""
