"""Jobs: work in threads of its own, so that the screen's thread never waits for it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from textual.widget import Widget

from tracker.errors import CommuniqueError
from tui.text import clean
from tui.workspace.typed import TypedInOrder

if TYPE_CHECKING:
    from collections.abc import Callable

    #: Whether nobody waits for a job any more; work that takes long asks now and then.
    IsOver = Callable[[], bool]

_Result = TypeVar("_Result")
#: Seconds between two looks at whether the app has ended.
_LOOK: Final = 0.05


class Job(Widget):
    """One job under way: it waits for the thread that works, and hands over what came of it.

    It is a part of the screen below all others and is not seen. So whoever waits until nothing on the screens has
    anything to do waits for jobs, too, and a job ends with the app. The thread ends with the program: a job that nobody
    waits for any more holds nothing up.
    """

    DEFAULT_CSS = "Job { display: none; }"

    def __init__(  # noqa: PLR0913 - what a job is made of
        self,
        group: str,
        work: Callable[[IsOver], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        leads: bool,
        can_stop: bool,
        can_leave: bool,
    ) -> None:
        super().__init__()
        self.group = group
        self.leads = leads
        self.can_stop = can_stop
        self.can_leave = can_leave
        self._work = work
        self._hand_over = done
        self._failed = failed
        self._came = asyncio.Event()
        self._over = threading.Event()
        self.thread: threading.Thread | None = None
        self._result: Any = None
        self._problem = ""

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._over.is_set()

    def stop(self) -> None:
        """Wait for it no longer; what comes of it is for nobody."""
        self._over.set()
        self._came.set()

    async def on_mount(self) -> None:
        """Work, and hand over what came of it unless nobody waits for it any more."""
        loop = asyncio.get_running_loop()
        self.thread = threading.Thread(target=self._run, args=(loop,), name=f"job-{self.group}", daemon=True)
        self.thread.start()
        while not self._came.is_set() and self.app.is_running:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), _LOOK)
        app = self.app
        assert isinstance(app, Working)  # noqa: S101 - no other app has jobs
        is_wanted = self._came.is_set() and not self._over.is_set()
        self._over.set()
        app.jobs.remove(self)
        if self.can_leave and not (self.can_stop or self._came.is_set()):
            app.left = self.thread
        if is_wanted and self._problem:
            self._failed(self._problem)
        elif is_wanted:
            self._hand_over(self._result)
        if app.is_running:
            self.remove()
            if self.leads:
                app.go_on()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Work, in the thread."""
        try:
            self._result = self._work(self._over.is_set)
        except CommuniqueError as error:
            self._problem = clean(error)
        except Exception as error:  # noqa: BLE001 - a mistake in a job must not end what the person is writing
            self._problem = clean(f"{type(error).__name__}: {error}")
        # The app may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self._came.set)


class Working(TypedInOrder):
    """An app with jobs. While a job leads somewhere, as to another screen, keys wait for where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []
        #: What works on though the app has ended, as it could not be stopped.
        self.left: threading.Thread | None = None

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
        job = Job(group, work, done, failed or self._tell_problem, leads=leads, can_stop=can_stop, can_leave=can_leave)
        self.jobs.append(job)
        self.screen_stack[0].mount(job)

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
