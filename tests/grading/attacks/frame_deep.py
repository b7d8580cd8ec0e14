"""Send a frame nested more deeply than any parser goes."""

from aim import forge

forge(b"[" * 100_000)
