"""What a learner gets back.

`parts` gathers it, `words` and `verdicts` say what was amiss, `page` is HTML, `write` stores it, `moodle` packs
the pages for Moodle.
"""
