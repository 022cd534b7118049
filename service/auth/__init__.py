"""Who asks, how that was proven, and what they may do here. Nothing in a request is believed but a proof."""
