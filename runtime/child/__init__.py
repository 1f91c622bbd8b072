"""What runs behind the wall: the zygote and its workers. Holds no store, no credentials and no code of the host's.

Imports the standard library and the engine, nothing else of this project.
"""
