"""Stories: whole situations between people, told step by step, on a clock that only the story moves."""
