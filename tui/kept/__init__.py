"""Small files of a person: last views, last looks, drafts."""
