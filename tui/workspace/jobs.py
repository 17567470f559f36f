"""Jobs: work in threads of its own, so that the screen's thread never waits for it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.errors import CommuniqueError
from tui.text import clean
from tui.workspace.typed import TypedInOrder

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Context

    #: Whether nobody waits for a job any more; work that takes long asks now and then.
    IsOver = Callable[[], bool]

_Result = TypeVar("_Result")


class Job:
    """One job under way: a thread that works, and what is done with what comes of it.

    The thread ends with the program: a job that nobody waits for any more holds nothing up.
    """

    def __init__(  # noqa: PLR0913 - what a job is made of
        self,
        app: Working,
        group: str,
        work: Callable[[IsOver], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        leads: bool,
        can_stop: bool,
        can_leave: bool,
    ) -> None:
        self.group = group
        self.leads = leads
        self.can_stop = can_stop
        self.can_leave = can_leave
        self._app = app
        self._work = work
        self._hand_over = done
        self._failed = failed
        self._over = threading.Event()
        # What comes of it is handed over in the place from which it was started, as Textual knows places.
        context = copy_context()
        loop = asyncio.get_running_loop()
        self.thread = threading.Thread(target=self._run, args=(loop, context), name=f"job-{group}", daemon=True)
        self.thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._over.is_set()

    def stop(self) -> None:
        """Wait for it no longer; what comes of it is for nobody."""
        self._over.set()
        self._app.call_later(self._end)

    def _run(self, loop: asyncio.AbstractEventLoop, context: Context) -> None:
        """Work, in the thread."""
        try:
            end = partial(self._hand_over, self._work(self._over.is_set))
        except CommuniqueError as error:
            end = partial(self._failed, clean(error))
        except Exception as error:  # noqa: BLE001 - a mistake in a job must not end what the person is writing
            end = partial(self._failed, clean(f"{type(error).__name__}: {error}"))
        # The app may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._come, end, context=context)

    def _come(self, end: Callable[[], None]) -> None:
        """Hand over what came of it, in the screen's thread and in its turn."""
        self._app.call_later(self._end, end)

    def _end(self, end: Callable[[], None] | None = None) -> None:
        """Be over; with `end`, hand over what came of it, unless nobody waits for it any more."""
        if self not in self._app.jobs:
            return
        self._app.jobs.remove(self)
        if end is not None and not self.is_over:
            self._over.set()
            end()
        if self.leads:
            self._app.go_on()


class Working(TypedInOrder):
    """An app with jobs. While a job leads somewhere, as to another screen, keys wait for where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []

    @property
    def left(self) -> threading.Thread | None:
        """What works on though the app has ended, as it could not be stopped."""
        return next((job.thread for job in self.jobs if job.can_leave and not (job.can_stop or job.is_over)), None)

    def do_job(  # noqa: PLR0913 - what a job is made of, each by name
        self,
        group: str,
        work: Callable[[IsOver], _Result],
        done: Callable[[_Result], None],
        *,
        leads: bool = False,
        can_stop: bool = True,
        can_leave: bool = True,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Work in a thread, and hand over what came of it in this one; of a group, only the last job is waited for.

        `work` must touch no widget, and `failed` is told in one line what went wrong. With `leads` keys wait for it,
        but for esc: that stops it, or goes on without it if it cannot be stopped, or waits, too, if it cannot be left.
        """
        if not self.is_running:
            return
        for job in self.jobs:
            if job.group == group and job.can_stop:
                job.stop()
        told = failed or self._tell_problem
        self.jobs.append(Job(self, group, work, done, told, leads=leads, can_stop=can_stop, can_leave=can_leave))

    def stop_jobs(self, *groups: str) -> bool:
        """Wait no longer for what leads somewhere, or for what belongs to some groups; say whether there was any."""
        found = [
            job
            for job in self.jobs
            if job.can_stop and not job.is_over and (job.group in groups if groups else job.leads)
        ]
        for job in found:
            job.stop()
        if not groups:
            # What cannot be stopped any more, at least no key waits for.
            for job in self.jobs:
                job.leads &= not job.can_leave
            self.go_on()
        return bool(found)

    @property
    def can_leave_jobs(self) -> bool:
        """Whether keys wait for a job that need not be waited for."""
        return any(job.leads and job.can_leave for job in self.jobs)

    def holds_keys(self) -> bool:
        """Let keys wait for where a job leads."""
        return any(job.leads for job in self.jobs)

    def _tell_problem(self, problem: str) -> None:
        self.notify(problem, severity="error", markup=False, timeout=10)
