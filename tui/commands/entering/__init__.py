"""The verbs by which entries come in other than from scripts: proposed, read from documents and tables, mended."""
