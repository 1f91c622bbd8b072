"""What an error of the engine's is about, by the words of the script: ``not a function`` names nothing by itself.

The engine tells the place of the last name, call or operator that it came by before what failed. So what failed is one
of the expressions of the fitting kind around this place; where that is but one, or two, they are named. Nothing is run
for it, and nothing is said where something else could be meant.
"""
