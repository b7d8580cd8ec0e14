"""Send answers and outputs of half characters."""

from aim import forge

for _ in range(30):
    forge(b'{"form": "\\ud800", "outputs": [{"output_type": "stream", "text": "\\ud800", "name": "\\udfff"}]}')
