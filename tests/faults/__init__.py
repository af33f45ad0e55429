"""Crash schedules: the process is cut at every write, send, acknowledgement and clock step, and started again."""
