"""Brand modules as a run gets them: where their sources come from, and how much of them a run may have."""
