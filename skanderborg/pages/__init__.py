"""Read models and the words of pages: each asks the policy, reads in a fixed few queries and writes down the look."""
