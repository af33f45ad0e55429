"""What outsiders, strangers and broken input can do: nothing."""
