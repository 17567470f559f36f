"""The nearest spelling: found among few words by likeness, among very many by one slip of the hand."""

from __future__ import annotations

import pytest

from tracker.errors import nearest

MANY = [f"source-{number}" for number in range(20_000)]


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("NRE", ["NER", "USA"], "NER"),
        ("ner", ["NER", "USA"], "NER"),
        ("partey", ["party", "published"], "party"),
        ("zzz", ["party"], None),
        ("", ["party"], None),
        ("x", [], None),
        ("sorce-777", MANY, "source-777"),
        ("SOURCE-12", MANY, "source-12"),
        ("suorce-12", MANY, "source-12"),
        ("sourcee-12", MANY, "source-12"),
        ("sourxe-12", MANY, "source-12"),
        ("srce-12", MANY, None),
        ("x" * 100_000, MANY, None),
        ("agreement:nope", ["agreement:jpoa-2013", "round:geneva"], None),
        ("agrement:nope", ["agreement:jpoa-2013"], None),
        ("agreement:jpoa-2031", ["agreement:jpoa-2013", "agreement:jcpoa"], "agreement:jpoa-2013"),
        ("agrement:jpoa-2013", ["agreement:jpoa-2013"], "agreement:jpoa-2013"),
        ("withdrawal:x", ["withdrawal:w", "withdrawal:abc"], "withdrawal:w"),
    ],
)
def test_the_nearest_word(word: str, known: list[str], expected: str | None) -> None:
    assert nearest(word, known) == ("" if expected is None else f"; did you mean {expected!r}?")


def test_a_word_that_is_there_is_its_own_nearest() -> None:
    assert nearest("source-5", MANY) == "; did you mean 'source-5'?"
