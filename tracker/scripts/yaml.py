"""YAML (1.1): a sequence of entries, or a stream of documents that each are an entry or such a sequence.

Every plain word stays the text that was written, so that ``2024-03-16``, ``no``, ``0356`` and ``1000`` mean in YAML
what they mean in CSV; only ``null``, ``Null``, ``NULL``, ``~`` and nothing are no value. Anchors, aliases, tags and
merge keys are refused: an entry says what it says where it stands.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Final

import yaml

from tracker.errors import Problem
from tracker.scripts.formats import MAX_DEPTH, MAX_LINE, ScriptItem, StopReadingError, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator


_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
#: What is no printable character by the YAML specification (5.1), and the stand-ins below.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffa]")
#: YAML 1.1 takes these for line breaks, folds them away and counts them; in 1.2, as in any editor, they are characters
#: like others. The parser reads stand-ins for them, of a plane that is nobody's.
_BREAKS: Final = "\x85\u2028\u2029"
_STAND_INS: Final = "\U0010fffb\U0010fffc\U0010fffd"
_HIDE: Final = str.maketrans(_BREAKS, _STAND_INS)
_SHOW: Final = str.maketrans(_STAND_INS, _BREAKS)
_BLOCK: Final = 1 << 14
_TOO_DEEP: Final = f"lists and mappings lie more than {MAX_DEPTH} levels deep"
#: Levels of what lies too deep that are passed over, to read on behind it.
_SKIPPED: Final = 200
_UNREADABLE: Final = "is not YAML: {}; mend it here, as nothing after it can be read"


class _Source:
    """A script as the parser reads it, some lines at a time; it ends before a line that is wrong."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = text_lines(stream)
        #: Why it ended before its end.
        self.stop: StopReadingError | None = None
        self.line = 1
        #: Bytes read since the parser last made something of them.
        self.pending = 0

    def read(self, size: int = _BLOCK) -> bytes:
        """Return some whole lines, and nothing at the end."""
        block = bytearray()
        try:
            for number, line, text in self._lines:
                self.line = number
                if match := _UNPRINTABLE.search(text):
                    message = f"the character U+{ord(match[0]):04X} at column {match.start() + 1} may not stand in YAML"
                    raise StopReadingError(self.line, f"{message}; leave it out")  # noqa: TRY301 - as where lines end
                hidden = text if text.isascii() else text.translate(_HIDE)
                block += line if hidden == text else hidden.encode()
                if len(block) >= min(size, _BLOCK):
                    break
        except StopReadingError as stop:
            self._lines, self.stop = iter(()), stop
        self.pending += len(block)
        if self.pending > 2 * MAX_LINE:
            raise StopReadingError(self.line, "a text goes on for more than 2 MiB up to here; close it where it ends")
        return bytes(block)


def read(stream: IO[bytes]) -> Iterator[ScriptItem]:
    """Yield an item for each entry; what cannot be read is the last one."""
    source = _Source(stream)
    last: ScriptItem | None = None
    end: ScriptItem | None = None
    try:
        # libyaml's parser is some ten times as fast, and gives the same events.
        parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)
        for item in _Composer(parser, source).items():
            if last is not None:
                yield last
            last = item
    except StopReadingError as stop:
        end = stop.item
    except yaml.MarkedYAMLError as error:
        end = _broken(error, source.line)
    except yaml.YAMLError as error:
        end = ScriptItem(source.line, None, (Problem(_UNREADABLE.format(getattr(error, "reason", error))),))
    if source.stop is not None:
        # The last entry may be cut off, and what the parser says of its end is not the cause.
        last, end = None, source.stop.item
    yield from (item for item in (last, end) if item is not None)


def _broken(error: yaml.MarkedYAMLError, line: int) -> ScriptItem:
    """Return the parser's message as a problem where the parser gave up, with the line on which it all began."""
    what = " ".join(filter(None, (error.context, error.problem)))
    begun, mark = error.context_mark, error.problem_mark or error.context_mark
    if mark is not None:
        line = mark.line + 1
        what += f" at column {mark.column + 1}"
        if begun is not None and begun.line != mark.line:
            what += f" (begun on line {begun.line + 1})"
    return ScriptItem(line, None, (Problem(_UNREADABLE.format(what)),))


class _Composer:
    """Makes mappings, lists and texts of the parser's events, and notes what a script may not hold."""

    def __init__(self, parser: Any, source: _Source) -> None:  # noqa: ANN401 - the stubs leave out what libyaml has
        self._parser = parser
        self._source = source
        self._problems: list[Problem] = []
        self._size = 0

    def _next(self) -> Any:  # noqa: ANN401 - the stubs leave out what events of libyaml have
        event = self._parser.get_event()
        self._source.pending = 0
        return event

    def items(self) -> Iterator[ScriptItem]:
        """Yield the entries of all documents."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent):
                continue
            if isinstance(event, yaml.SequenceStartEvent):
                self._refuse(event, ())
                while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
                    yield self._item(inner)
            elif isinstance(event, yaml.MappingStartEvent) and self._has_sections():
                self._refuse(event, ())
                yield from self._sections()
            elif not (isinstance(event, yaml.ScalarEvent) and event.value == ""):
                yield self._item(event)

    def _has_sections(self) -> bool:
        """Say whether the mapping that has just begun is no entry, but holds entries and what is the same of them."""
        first = self._parser.peek_event()
        return isinstance(first, yaml.ScalarEvent) and first.value in {"defaults", "entries"}

    def _sections(self) -> Iterator[ScriptItem]:
        """Yield the defaults and the entries of a mapping that holds them, the entries one by one."""
        has_entries = False
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, value = self._value(event, ("?",)), self._next()
            if key == "entries" and isinstance(value, yaml.SequenceStartEvent):
                has_entries = True
                self._refuse(value, (key,))
                while not isinstance(inner := self._next(), yaml.SequenceEndEvent):
                    yield self._item(inner)
                continue
            item = self._item(value)
            if key == "entries":
                yield item._replace(data=None, problems=(*item.problems, Problem("must be a list of entries", key)))
            elif key != "defaults":
                what = "defaults and entries stand beside no other key; write an entry's fields below entries"
                yield ScriptItem(event.start_mark.line + 1, None, (*item.problems, Problem(what, str(key))))
            elif has_entries:
                what = "must stand before the entries for which they are"
                yield ScriptItem(event.start_mark.line + 1, None, (*item.problems, Problem(what, key)))
            else:
                yield item._replace(line=event.start_mark.line + 1, data={key: item.data})

    def _item(self, event: Any) -> ScriptItem:  # noqa: ANN401 - as above
        line = event.start_mark.line + 1
        data = self._value(event, ())
        if self._size > MAX_LINE:
            data = None
            self._problems.append(Problem("the entry is longer than 1 MiB; an entry is far shorter", line=line))
        item = ScriptItem(line, data, tuple(self._problems))
        self._problems, self._size = [], 0
        return item

    def _value(self, event: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - as above
        if isinstance(event, yaml.AliasEvent):
            self._note(event, path, f"refers to the anchor &{event.anchor}; write out what it stands for")
            return None
        self._refuse(event, path)
        if isinstance(event, yaml.ScalarEvent):
            text = event.value
            self._size += len(text) + 1
            if event.implicit[0] and not event.style and text in _NULLS:
                return None
            return text if text.isascii() else text.translate(_SHOW)
        self._size += 1
        if len(path) >= MAX_DEPTH:
            self._note(event, path[:3], _TOO_DEEP)
            self._skip()
            return None
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: tuple[str, ...]) -> list[Any]:
        items: list[Any] = []
        count = 0
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            value = self._value(event, (*path, str(count)))
            count += 1
            if self._size <= MAX_LINE:
                items.append(value)
        return items

    def _mapping(self, path: tuple[str, ...]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            # A key may be a mapping with such a key in turn: that goes as deep as lists do.
            key = self._value(event, (*path, "?"))
            here = (*path, key if isinstance(key, str) else "")
            value = self._value(self._next(), here)
            if not isinstance(key, str):
                self._note(event, path, "has a key that is no word; write a field's name before the colon")
            elif key == "<<" and not event.style:
                self._note(event, path, "merges another mapping with <<; write out its fields")
            elif key in mapping:
                self._note(event, here, "is there twice in one mapping; keep one of them")
            elif self._size <= MAX_LINE:
                mapping[key] = value
        return mapping

    def _refuse(self, event: Any, path: tuple[str, ...]) -> None:  # noqa: ANN401 - as above
        if event.anchor is not None:
            self._note(event, path, f"has the anchor &{event.anchor}; leave it out, as entries may not refer to it")
        if event.tag is not None:
            self._note(event, path, f"has the tag {event.tag}; leave it out, as a value is text, a list or a mapping")

    def _note(self, event: Any, path: tuple[str, ...], message: str) -> None:  # noqa: ANN401 - as above
        if len(self._problems) < MAX_DEPTH:
            self._problems.append(Problem(message, ".".join(path), line=event.start_mark.line + 1))

    def _skip(self) -> None:
        """Pass over the rest of a list or mapping that has just begun."""
        depth = 1
        while depth:
            event = self._next()
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _SKIPPED:
                # The parser looks at every level that is open for each word that it reads.
                raise StopReadingError(event.start_mark.line + 1, f"{_TOO_DEEP}; mend it, as nothing after it is read")
