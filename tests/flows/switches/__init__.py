"""However Azure answers where no source settles it: the same root cause, the same end, and nothing left."""
