"""The host's side of the wall: the zygote, the pool of workers, and what one worker is."""
