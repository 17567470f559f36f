"""Where an entry comes from, in words."""

from __future__ import annotations

from typing import Final

from projections.wording.provenance import origin_words, proposed_words, quote_words, recorded_words

_ORIGIN: Final = {"log": "ab12", "position": 7, "recorded_at": "2026-01-02", "recorded_by": "ann", "digest": "…"}


def test_who_drafted_and_recorded_an_entry_is_told() -> None:
    assert recorded_words("2026-01-02", "ann", None) == "recorded 2026-01-02 by ann"
    assert recorded_words("2026-01-02", "ann", "converter") == "recorded 2026-01-02 by ann, drafted by converter"
    assert proposed_words("converter", "2026-01-02", None) == "proposed by converter on 2026-01-02"
    assert proposed_words("converter", "2026-01-02", "a rule") == "proposed by converter on 2026-01-02: a rule"


def test_where_a_merged_or_moved_entry_was_first_recorded_is_told() -> None:
    assert origin_words(_ORIGIN) == "first recorded 2026-01-02 by ann: #7 of the log ab12"
    moved = {**_ORIGIN, "negotiation": "lake", "entry": "said", "drafted_by": "bob"}
    assert origin_words(moved, "then") == "first recorded then by ann, drafted by bob: lake said, #7 of the log ab12"


def test_whether_a_quote_is_found_is_told() -> None:
    assert quote_words(found=None) == "no text is captured, so the quote cannot be looked for"
    assert quote_words(found=True, length=9) == "the quote in the captured text"
    assert quote_words(found=False, length=1) == "QUOTE NOT FOUND in the captured text (1 character)"
    assert quote_words(found=False, length=1234) == "QUOTE NOT FOUND in the captured text (1,234 characters)"
