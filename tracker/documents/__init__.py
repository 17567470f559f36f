"""Documents that an analyst has saved, read without any network: what they say of themselves, and their text."""
