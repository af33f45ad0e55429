"""Two at once: races between processes, lost connections, duties and leases that change hands, what a restore must not do."""
