"""HTTP: opening and reading requests from programs, and whether the process is well. Nothing is decided over HTTP."""
