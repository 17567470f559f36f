"""The workspace in a browser: a small web server before textual-serve, for this machine alone unless told otherwise."""
