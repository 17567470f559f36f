"""Tables as people have them, and the maps that say what entries their rows make."""
