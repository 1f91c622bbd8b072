"""Templates in pages: parsed and compiled by the host, run in the sandbox after the page's backend blocks."""
