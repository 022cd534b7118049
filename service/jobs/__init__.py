"""What runs by itself: the nightly line, the timer, and the hours there are. Knows no web library."""
