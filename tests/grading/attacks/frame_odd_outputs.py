"""Send outputs whose parts are all of a wrong kind."""

from aim import forge

odd = '{"outputs": [1, null, {"output_type": "stream", "name": [], "text": {"a": 1}}, {"output_type": "error"}, '
odd += '{"output_type": "error", "ename": {}, "traceback": [1, {}]}, {"output_type": "display_data", "data": {'
odd += '"image/png": 1, "text/html": [], "image/jpeg": "é", "text/plain": null}}], "missing": {"a": 1}, "unread": []}'
for _ in range(30):
    forge(odd.encode())
