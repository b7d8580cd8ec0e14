"""Set its own limits to nothing."""

import resource

from aim import breach, held

for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_NOFILE"):
    try:
        soft, hard = resource.getrlimit(getattr(resource, name))
        more = resource.RLIM_INFINITY if hard == resource.RLIM_INFINITY else hard + 1
        resource.setrlimit(getattr(resource, name), (more, more))
        breach(f"{name} {more}")
    except (OSError, ValueError) as error:
        held(error)
