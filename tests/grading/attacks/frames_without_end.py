"""Send small frames without end."""

from aim import forge

while True:
    forge(b"{}")
