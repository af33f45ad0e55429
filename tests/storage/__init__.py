"""The database as the port promises it: the same suite for every engine, and what is only true of one."""
