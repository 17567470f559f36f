"""Keys in the order in which they were typed: each one acts where the one before it has led."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from textual import events
from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.message_pump import MessagePump
    from textual.screen import Screen

#: What a person types, as Textual tells it.
Typed: TypeAlias = events.Key | events.Paste
#: What a terminal makes of enter as long as no program has asked it for the keys as they are.
_LINE_FEED: Final = "ctrl+j"
#: Seconds after which a key is taken to have arrived.
_PATIENCE: Final = 5.0


class TypedInOrder(App[int]):
    """An app whose keys wait for one another.

    Textual hands every key at once to what has the keys at that moment. A screen is opened, and what shall have the
    keys there is told, a few messages later: keys that come together with the one that opens it would be lost, or be
    taken by the screen below. So a key is handed over once a mark that was sent behind the one before it, through all
    the queues that this one went through and through those of a screen that it opened, has come back. Textual's own
    `call_after_refresh` comes back too early: what a widget tells those around it is still on its way then.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Typed] = deque()
        #: Whether a key is on its way.
        self._is_typing = False
        self._handed_over = 0.0

    @property
    def has_typed(self) -> bool:
        """Whether keys are waiting."""
        return bool(self._typed)

    def holds_keys(self) -> bool:
        """Say whether keys are to wait for something else, too; `hand_over` is called when that is over."""
        return False

    def cannot_wait(self, event: Typed) -> bool:
        """Say whether a key acts though keys are to wait."""
        del event
        return False

    async def on_event(self, event: events.Event) -> None:
        """Take what is typed in its turn, and everything else at once."""
        if isinstance(event, Typed) and not event.is_forwarded:
            if self.holds_keys():
                if self.cannot_wait(event):
                    await super().on_event(event)
                    return
                if isinstance(event, events.Key) and event.key == _LINE_FEED:
                    event = events.Key("enter", "\r")
            self._typed.append(event)
            if monotonic() - self._handed_over > _PATIENCE:
                # Its mark went down with what was taken away: keys out of order are better than none for ever.
                self._is_typing = False
            await self.hand_over()
        else:
            await super().on_event(event)

    def go_on(self) -> None:
        """Hand over the next key once the screen that is seen now is there, after keys have waited for it."""
        if not self._is_typing and not self.holds_keys():
            self._is_typing = True
            self._handed_over = monotonic()
            self._send_mark((self.screen, self), self.screen)

    async def hand_over(self) -> None:
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
        await self.hand_over()
