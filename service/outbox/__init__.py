"""What leaves the house: decisions to the benefit systems, letters to Digital Post, notes to the journal.

One queue, written in the act that decides; one sweep that sends, and sends again until there is a receipt.
"""
