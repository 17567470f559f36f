"""Sentences, labels and figures in words, each written once."""
