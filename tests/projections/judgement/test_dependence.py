"""What falls with a source: one tree of dominators says what leaving out one source after another does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections import sources
from projections.claims.claims import claims, closure
from projections.views.sources import Dependence
from projections.views.status import status
from projections.views.what_if import Reliance
from tests.projections.telling import history, source, tell


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Return sources that repeat earlier ones, so that there is no circle, in some order of registration."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 12)))]
    found = {}
    for number, name in enumerate(names):
        found[name] = tuple(draw(st.lists(st.sampled_from(names[:number]), max_size=3)) if number else ())
    return {name: found[name] for name in draw(st.permutations(names))}


@given(graphs(), st.data())
def test_the_tree_says_what_leaving_out_each_source_does(
    relays: dict[str, tuple[str, ...]], data: st.DataObject
) -> None:
    names = sorted(relays)
    told = [
        tell("PositionTaken", f"e{number}", "2024-05-01", *said_by, party="NER", matter="bases", stance="opposes")
        for number, said_by in enumerate(data.draw(st.lists(st.lists(st.sampled_from(names), max_size=4), max_size=6)))
    ]
    past = history(*(source(name, "2024-01-01", *to) for name, to in relays.items()), *told)
    standing = claims(past, "n")
    tree = Dependence(names, relays)
    reliance = Reliance(status(past, "n"))
    found = sources(past, "n").sources
    for name in names:
        gone = closure(standing.registers, (name,))
        assert tree.falls_with(name) == gone
        assert found[name].alone == tuple(reading.id for reading in reliance.lost(gone))


def test_a_long_row_is_gone_up_by_jumps() -> None:
    row = {f"s{number}": (f"s{number - 1}",) if number else () for number in range(5000)}
    tree = Dependence([*row, "x"], row | {"x": ("s4999", "s10")})
    assert tree.shared(("s4999", "s10")) == "s10"
    assert tree.falls_with("s4999") == {"s4999"}
    assert tree.falls_with("s11") == {f"s{number}" for number in range(11, 5000)}
    assert "x" in tree.falls_with("s10")
