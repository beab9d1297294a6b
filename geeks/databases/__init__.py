"""Django's databases with something of our own in them; DATABASES names them in `ENGINE`."""
