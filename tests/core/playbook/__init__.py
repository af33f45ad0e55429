"""The playbook file: what loads, what is refused and where, what is told as a gap."""
