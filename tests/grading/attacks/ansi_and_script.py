"""Put terminal codes and script into outputs, errors and answers."""

from IPython.display import HTML, Markdown, display

print("\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m\u202e\x00")
display(HTML("<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"))
display(Markdown("<script>alert(1)</script>"))
display({"application/javascript": "alert(1)", "image/svg+xml": "<svg onload='alert(1)'/>"}, raw=True)
# %% e06-q6-answer
holds = "<script>alert(1)</script>\x1b[2J"
# %% e06-q1-answer
parent = {"A": "<img src=x onerror=alert(1)>", "B": "\x1b[31m", "C": "\u202e", "D": "\ud800"}
# %% end
raise ValueError("\x1b[2J<script>alert(1)</script>")
