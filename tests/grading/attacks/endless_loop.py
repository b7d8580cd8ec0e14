"""Loop for ever and catch whatever is meant to end it."""

while True:
    try:
        while True:
            pass
    except BaseException:  # noqa: BLE001
        pass
