"""What a citizen may ask for and what an officer answers by: rights and their clocks, breaches, one decision rebuilt.

Knows no web library; whoever asks comes in as a `Caller`, and every act and every personal read leaves its event.
"""
