"""What learners sent, put in its place: `unpacking` looks at it, `placing` says whose it is, `storing` keeps it."""
