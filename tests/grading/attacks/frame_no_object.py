"""Send frames that are JSON, but nothing that was asked for."""

from aim import forge

for content in (b"[]", b"null", b"NaN", b'{"form": NaN}', b'{"outputs": {"a": [1, 2, {"output_type": {}}]}}'):
    forge(content)
