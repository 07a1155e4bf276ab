"""Stories shared between the papers of a house, and with other houses. What their paper orders about them is obeyed in all."""
