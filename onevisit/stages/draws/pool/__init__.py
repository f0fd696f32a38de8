"""Before the freeze: who and what is in a draw, in which strata, who agreed, and what a freeze is held against."""
