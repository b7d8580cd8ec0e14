"""Grading on the machines of a Dask cluster: found, looked over, and what is wrong with it said in words."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from newsdesk.errors import NewsdeskError
from newsdesk.kit import kit_version

ANSWER_WITHIN = 10  # seconds
RETRIES = 3  # of a submission whose worker could not run it; that of a worker that died costs none


class ClusterError(NewsdeskError):
    """The cluster is missing, unfit or lost: the message says which and what to do."""


@contextlib.contextmanager
def cluster_executor(scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Yield what runs submissions on a Dask scheduler's workers, and how many these run at a time.

    The submissions are read, rebuilt and scored here; workers need the kit and bubblewrap, no course.

    Parameters
    ----------
    scheduler
        Its address: ``"tcp://192.0.2.7:8786"``.

    Raises
    ------
    ClusterError
        When Dask is not installed, nothing answers at the address, there is no worker, a worker has no kit
        or another version of it, or the cluster was lost on the way.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise ClusterError(
            "--scheduler needs Dask, here and on each machine of the cluster: pip install 'newsdesk[cluster]'"
        ) from None
    for name in ("distributed", "distributed.client"):  # what matters is said below, in words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with ThreadPoolExecutor(1) as apart:  # from a loop that may run in this thread, as in a notebook
            apart.submit(lambda: asyncio.run(_greet(scheduler))).result()  # a Client that fails takes long to end
        client = Client(scheduler, timeout=ANSWER_WITHIN, set_as_default=False)
    except Exception as error:  # noqa: BLE001 - another program's answer ends in any of them
        why = str(error) if isinstance(error, (OSError, ValueError)) else "what answers is another program"
        raise ClusterError(
            f"No Dask scheduler answers at {scheduler}: {why}. Start one, and workers (dask scheduler, then dask "
            "worker ADDRESS); or leave out --scheduler."
        ) from None
    with client:
        _look_over(client, scheduler)
        try:
            # pure=False: the same submission graded twice is run twice
            yield client.get_executor(retries=RETRIES, pure=False), sum(client.nthreads().values())
        except KilledWorker as error:
            raise ClusterError(
                f"A submission's worker died again and again, the last one {error.last_worker.address}; see its log. "
                "What was graded stands. Grade on this machine: leave out --scheduler"
            ) from None
        except CancelledError:
            raise ClusterError(
                f"The Dask scheduler at {scheduler} has gone. What was graded stands; start it and run this again."
            ) from None


async def _greet(scheduler: str) -> None:
    """Ask what is at an address who it is; ValueError where it is a worker, whatever error where it is no Dask."""
    from distributed.core import rpc

    there = rpc(scheduler, timeout=ANSWER_WITHIN)
    try:
        about = await asyncio.wait_for(there.identity(), ANSWER_WITHIN + 1)
    finally:
        await there.close_rpc()
    if about["type"] != "Scheduler":
        raise ValueError(f"it is a {about['type']}")


def _look_over(client: Any, scheduler: str) -> None:
    """Refuse a cluster without workers, or whose workers would grade by other rules than this kit."""
    try:
        client.wait_for_workers(1, timeout=ANSWER_WITHIN)
    except TimeoutError:
        raise ClusterError(
            f"The Dask scheduler at {scheduler} has no worker. Start some: dask worker {scheduler}"
        ) from None
    for worker, found in sorted(client.run(version, "newsdesk", on_error="return").items()):
        if found != kit_version():
            has = found if isinstance(found, str) else f"none ({type(found).__name__})"
            raise ClusterError(
                f"The worker {worker} has newsdesk {has}; this is {kit_version()}, and points must not depend on where "
                "they were given. Install the same version there, and start the worker again."
            )
