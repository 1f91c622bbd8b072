"""A funnel page's backend blocks: found in its HTML, and taken out of it whatever happens."""
