"""What happens to machines: a disk that fills, a process that is killed."""

from __future__ import annotations

import os
import resource
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def let_files_grow_to(size: int) -> None:
    """No file of this process may grow beyond: a full disk answers in the same way."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The same inside the block only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    let_files_grow_to(size)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def killed_at(word: str, work: Callable[[Callable[[str], None]], object]) -> None:
    """Do the work in a process that is killed (SIGKILL) when it tells this."""

    def tell(line: str) -> None:
        if line.startswith(word):
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():  # a child that is killed minds no thread
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        with suppress(BaseException):
            work(tell)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended by itself"
