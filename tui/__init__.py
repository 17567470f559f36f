"""What a person meets in a terminal: the `communique` command and the full-screen workspace."""
