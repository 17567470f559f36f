"""The verbs by which more comes into a log than scripts: mended, joined, taken from documents and tables, proposed."""
