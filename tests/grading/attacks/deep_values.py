"""Hand in lists without a bottom."""

deep = []
for _ in range(200_000):
    deep = [deep]
round_and_round = []
round_and_round.append(round_and_round)
# %% e06-q3-answer
left_out = deep
# %% e06-q4-answer
one_voice = round_and_round
