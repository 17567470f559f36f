"""Verbs with which something is entered: sources from documents, and what comes from elsewhere."""
