"""The debug panel at ``/_debug``: the last runs of this process, for the person who writes their scripts."""
