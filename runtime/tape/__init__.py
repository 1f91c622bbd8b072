"""Tapes: runs written down with every answer that they got, to be done again without a store or a network."""
