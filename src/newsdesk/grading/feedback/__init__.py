"""What a learner gets back: `parts` gathers it, `words` says what was amiss, `page` is HTML, `write` stores it."""
