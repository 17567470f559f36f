"""Jobs: work in threads of its own; and keys in the order in which they were typed, which wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from textual import events
from textual.app import App

from tracker.errors import CommuniqueError
from tui.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextvars import Context

    from textual.message_pump import MessagePump
    from textual.screen import Screen

    #: Whether nobody waits for a job any more; work that takes long asks now and then.
    IsOver = Callable[[], bool]

#: What a person types, as Textual tells it.
Typed: TypeAlias = events.Key | events.Paste
#: What a terminal makes of enter as long as no program has asked it for the keys as they are.
_LINE_FEED: Final = "ctrl+j"
#: Seconds after which a key is taken to have arrived.
_PATIENCE: Final = 5.0
#: What is done though keys are to wait.
_AT_ONCE: Final = frozenset({"quit", "do('quit')", "do('leave')", "do('suspend')", "do('back')", "give_up"})
#: Those of them that leave what waits for a job, and are only then done at once.
_LEAVES: Final = frozenset({"do('back')", "give_up"})
_Result = TypeVar("_Result")


@dataclass(eq=False)
class Job:
    """One job under way: a thread that works, and what is done with what comes of it.

    The thread ends with the program: a job that nobody waits for any more holds nothing up. While it `leads` somewhere,
    keys wait for it, but for esc: that stops it, or goes on without it if it cannot be stopped, or waits, too, if it
    cannot be left.
    """

    app: Working
    group: str
    work: Callable[[IsOver], Any]
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    leads: bool = False
    can_stop: bool = True
    can_leave: bool = True
    #: Whether nobody waits for it any more.
    is_over: bool = False
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        # What comes of it is handed over in the place from which it was started, as Textual knows places.
        args = asyncio.get_running_loop(), copy_context()
        self.thread = threading.Thread(target=self._run, args=args, name=f"job-{self.group}", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Wait for it no longer; what comes of it is for nobody."""
        self.is_over = True
        self.app.call_later(self._end)

    def _run(self, loop: asyncio.AbstractEventLoop, context: Context) -> None:
        try:
            end = partial(self.done, self.work(lambda: self.is_over))
        except CommuniqueError as error:
            end = partial(self.failed, clean(error))
        except Exception as error:  # noqa: BLE001 - a mistake in a job must not end what the person is writing
            end = partial(self.failed, clean(f"{type(error).__name__}: {error}"))
        # The app may have ended meanwhile. What came of it is handed over in the screen's thread and in its turn.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self.app.call_later, self._end, end, context=context)

    def _end(self, end: Callable[[], None] | None = None) -> None:
        """Be over; with `end`, hand over what came of it, unless nobody waits for it any more."""
        if self not in self.app.jobs:
            return
        self.app.jobs.remove(self)
        if end is not None and not self.is_over:
            self.is_over = True
            end()
        if self.leads:
            self.app.go_on()


class Working(App[int]):
    """An app with jobs, whose keys wait for one another, and for the screen to which a job leads.

    Textual hands every key at once to what has the keys at that moment. A screen is opened, and what shall have the
    keys there is told, a few messages later: keys that come together with the one that opens it would be lost, or be
    taken by the screen below. So a key is handed over once a mark that was sent behind the one before it, through all
    the queues that this one went through and through those of a screen that it opened, has come back. Textual's own
    `call_after_refresh` comes back too early: what a widget tells those around it is still on its way then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []
        #: Whether the first job has begun, for which keys wait, too.
        self.has_begun = False
        self._typed: deque[Typed] = deque()
        #: Whether a key is on its way.
        self._is_typing = False
        self._handed_over = 0.0

    # ── jobs ──

    @property
    def left(self) -> threading.Thread | None:
        """What works on though the app has ended, as it could not be stopped."""
        return next((job.thread for job in self.jobs if job.can_leave and not (job.can_stop or job.is_over)), None)

    def do_job(
        self,
        group: str,
        work: Callable[[IsOver], _Result],
        done: Callable[[_Result], None],
        *,
        failed: Callable[[str], None] | None = None,
        **how: bool,
    ) -> None:
        """Work in a thread, and hand over what came of it in this one; of a group, only the last job is waited for.

        `work` must touch no widget, and `failed` is told in one line what went wrong; `how` are the flags of a `Job`.
        """
        if not self.is_running:
            return
        self.stop_jobs(group)
        self.jobs.append(Job(self, group, work, done, failed or self.tell_problem, **how))

    def stop_jobs(self, group: str = "") -> bool:
        """Wait no longer for what leads somewhere, or for what belongs to a group; say whether there was any."""
        found = [
            job
            for job in self.jobs
            if job.can_stop and not job.is_over and (job.group == group if group else job.leads)
        ]
        for job in found:
            job.stop()
        if not group:
            # What cannot be stopped any more, at least no key waits for.
            for job in self.jobs:
                job.leads &= not job.can_leave
            self.go_on()
        return bool(found)

    def tell_problem(self, problem: str) -> None:
        """Say what went wrong."""
        self.notify(problem, severity="error", timeout=10)

    # ── keys ──

    @property
    def has_typed(self) -> bool:
        """Whether anything was typed that is not taken yet."""
        return bool(self._typed) or self._is_typing

    def holds_keys(self) -> bool:
        """Say whether keys are to wait for where a job leads."""
        return not self.has_begun or any(job.leads for job in self.jobs)

    def _cannot_wait(self, event: Typed) -> bool:
        """Let a person leave while something is read, unless they have typed something before that."""
        found = self.screen.active_bindings.get(event.key) if isinstance(event, events.Key) else None
        if found is None or found.binding.action not in _AT_ONCE or self._typed:
            return False
        return found.binding.action not in _LEAVES or any(job.leads and job.can_leave for job in self.jobs)

    async def on_event(self, event: events.Event) -> None:
        """Take what is typed in its turn, and everything else at once."""
        if isinstance(event, Typed) and not event.is_forwarded:
            if self.holds_keys():
                if self._cannot_wait(event):
                    await super().on_event(event)
                    return
                if isinstance(event, events.Key) and event.key == _LINE_FEED:
                    event = events.Key("enter", "\r")
            self._typed.append(event)
            if monotonic() - self._handed_over > _PATIENCE:
                # Its mark went down with what was taken away: keys out of order are better than none for ever.
                self._is_typing = False
            await self._hand_over()
        else:
            await super().on_event(event)

    def go_on(self) -> None:
        """Hand over the next key once the screen that is seen now is there, after keys have waited for it."""
        if not self._is_typing and not self.holds_keys():
            self._is_typing = True
            self._handed_over = monotonic()
            self._send_mark((self.screen, self), self.screen)

    async def _hand_over(self) -> None:
        """Hand over the next key, if it is its turn."""
        if self._is_typing or not self._typed or self.holds_keys():
            return
        self._is_typing = True
        self._handed_over = monotonic()
        screen = self.screen
        way = (self.focused or screen).ancestors_with_self
        event = self._typed.popleft()
        await super().on_event(event)
        # What a widget tells because of a key, it tells itself first, and then those around it. What Textual looks for
        # a binding of only once nobody has taken it, makes the widget tell something as late as that.
        self._send_mark((way[0], *way, *(way if event.is_forwarded else ())), screen)

    def _send_mark(self, way: Sequence[MessagePump], screen: Screen[Any]) -> None:
        """Send a mark through the queues of a way that ends in the app, through that of a screen among them."""
        for index, pump in enumerate(way):
            rest = way[index + 1 :]
            # What is being taken away takes nothing any more, and has nothing more to tell.
            if pump.call_later(self._send_mark, rest, screen) if rest else pump.call_later(self._arrived, screen):
                return

    async def _arrived(self, screen: Screen[Any]) -> None:
        """Hand over the next key, once the mark has been through the queue of the screen that is seen now."""
        seen = self.screen
        if seen is not screen:
            # A screen takes marks once it is made; what it gives the keys to, it tells the app.
            self._send_mark((seen, self), seen)
            return
        self._is_typing = False
        await self._hand_over()
