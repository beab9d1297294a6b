"""PostgreSQL in a web process: nobody waits for ever for a server that is silent."""
