"""Loop in one cell after another, so that what is left out is run again each time."""

while True:
    pass
# %%
while True:
    pass
# %%
while True:
    pass
# %%
while True:
    pass
