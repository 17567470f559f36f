"""Small files of a person: settings, last views, last looks, drafts."""
