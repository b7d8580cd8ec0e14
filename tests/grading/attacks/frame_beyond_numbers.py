"""Send an answer that is a number beyond all numbers."""

from aim import forge

for _ in range(30):
    forge(b'{"form": 1e999, "outputs": [{"output_type": "stream", "text": -1e999}]}')
