"""Run learners' code where it can read, reach and keep nothing; what comes back are plain JSON values.

Outside: `mounts` (what can be seen in there), `outside` (the warm interpreter and its children, with
deadlines), `running` (a notebook's steps, one after the other). Inside: `zygote` (the warm interpreter),
`confining` (what a child gives up), `cells` (what a child does). `wire` is between the two.
"""
