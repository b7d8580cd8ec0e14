"""The instructor's side, and the only rooms that import nbgrader: release, collect, grade, give back.

`release` and `bank` make an exercise and prove it. `collecting` puts what learners sent in its place.
`grade` runs it: `submissions` reads without trust, `rebuilding` goes back to the master, the sandbox (or
`unconfined`, or a `cluster`) runs, `scoring` and `outputs` judge and clean, `gradebook` and `records` keep.
`feedback` writes what a learner gets back, `exporting` a class's points; `unknown` lists answers that no
bank has. `commands` is what the command line calls.
"""
