"""The global ``http`` of scripts: requests to the public web, and to nothing else."""
