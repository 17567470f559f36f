"""Search is true: what entries say now and said first, who acts by whatever name, and what is made anew is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.readmodel.model import ReadModel
from projections.wording.folding import fold, terms_of
from tracker import EventLog
from tracker.events import Evidence, NegotiationOpened, PartyAdded, StatementMade
from tracker.events.agreements import AgreementSigned
from tracker.events.knowledge import EntryCorrected, EntryRetracted, SameAs
from tracker.events.stage import AliasAdded, MatterAdded, SourceRegistered
from tracker.events.talks import RoundHeld
from tracker.events.votes import VoteHeld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.events import Event

STAGE = (
    NegotiationOpened(negotiation="lake"),
    PartyAdded(negotiation="lake", id="nor", party="NOR", name="Norway"),
    PartyAdded(negotiation="lake", id="swe", party="SWE", name="Sweden"),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog.open(tmp_path / "log.db", by="tester") as opened:
        opened.record(STAGE)
        yield opened


def said(entry: str, text: str, party: str = "NOR", negotiation: str = "lake") -> Event:
    return StatementMade(negotiation=negotiation, id=entry, party=party, text=text)


def found(log: EventLog, text: str, *, standing: bool = False) -> dict[str, str]:
    """Return what is found, with its marks; the same by tables that are made anew."""

    def asked(model: ReadModel) -> dict[str, str]:
        hits = model.search(text, standing=standing)
        return {hit.entry: "c" * hit.corrected + "r" * hit.retracted for hit in hits}

    with ReadModel.open(log) as model:
        kept = asked(model)
        model.rebuild()
        assert asked(model) == kept
    return kept


def corrected(entry: str, correction: str, **changes: object) -> Event:
    return EntryCorrected(negotiation="lake", id=correction, entry=entry, changes=changes)


def test_an_entry_is_found_by_how_it_reads_and_by_how_it_was_recorded(log: EventLog) -> None:
    log.record([said("t1", "the treaty of Uppsala")])
    assert found(log, "Uppsala treaty") == {"t1": ""}
    log.record([corrected("t1", "c1", text="the treaty of Gothenburg")])
    assert found(log, "Gothenburg") == found(log, "Uppsala") == found(log, "treaty") == {"t1": "c"}
    with ReadModel.open(log) as model:
        (hit,) = model.search("gothenburg")
        assert (hit.reads.text, hit.recorded.event.text) == ("the treaty of Gothenburg", "the treaty of Uppsala")  # type: ignore[attr-defined]
    log.record([corrected("t1", "c2", text="the treaty of Malmö")])
    assert (found(log, "Gothenburg"), found(log, "malmo")) == ({}, {"t1": "c"})
    log.record([EntryRetracted(negotiation="lake", id="r1", entry="c2")])
    assert (found(log, "Gothenburg"), found(log, "malmo")) == ({"t1": "c"}, {})
    log.record([EntryRetracted(negotiation="lake", entry="c1")])
    assert (found(log, "Gothenburg"), found(log, "Uppsala")) == ({}, {"t1": ""})


def test_what_was_retracted_is_marked_and_left_out_where_asked(log: EventLog) -> None:
    log.record([said("t1", "one word"), said("t2", "another word"), corrected("t2", "c", text="another word again")])
    log.record([EntryRetracted(negotiation="lake", id="r", entry="t2")])
    assert found(log, "word") == {"t1": "", "t2": "cr"}
    assert found(log, "word", standing=True) == {"t1": ""}
    log.record([EntryRetracted(negotiation="lake", entry="r")])
    assert found(log, "word", standing=True) == {"t1": "", "t2": "c"}


def test_a_party_is_found_by_each_of_its_names_in_what_it_did(log: EventLog) -> None:
    log.record([said("t1", "we fish"), said("t2", "we fish too", "SWE"), said("t3", "Norway fishes", "SWE")])
    log.record([RoundHeld(negotiation="lake", id="r", round="r1", parties=("SWE", "NOR"), venue="Oslo")])
    assert list(found(log, "Norway")) == ["nor", "t3", "t1", "r"]
    assert found(log, "norw* fish") == {"t1": ""}
    assert list(found(log, "sweden norway")) == ["t3", "r"]
    assert found(log, "kongeriket") == {}
    alias = AliasAdded(negotiation="lake", id="alias", party="NOR", alias="Kongeriket Norge")
    log.record([alias])
    assert list(found(log, "Norge")) == ["alias", "nor", "t1", "r"]
    log.record([EntryRetracted(negotiation="lake", entry="alias")])
    assert found(log, "Norge") == {"alias": "r"}


def test_a_beginning_of_a_name_or_a_title_leads_to_parties_and_things(log: EventLog) -> None:
    log.record(
        [
            PartyAdded(negotiation="lake", id="mkd", party="MKD", name="North Macedonia"),
            AgreementSigned(negotiation="lake", id="s", agreement="prespa", title="Accord de Prespès", by=("MKD",)),
        ]
    )

    def places(text: str) -> list[tuple[str | None, str, str]]:
        with ReadModel.open(log) as model:
            return [(each.subject, each.called, each.told) for each in model.everywhere(text) if each.hit is None]

    assert places("mac") == [("party:MKD", "North Macedonia", "")]
    assert places("nor") == [("party:NOR", "Norway", ""), ("party:MKD", "North Macedonia", "")]
    accord = ("agreement:prespa", "Accord de Prespès", "signed")
    for words in ("accord", "PRESPÈS", "agreement presp", "acc de"):
        assert places(words) == [accord], words
    assert places("cedonia") == []
    log.record([EntryCorrected(negotiation="lake", id="c", entry="mkd", changes={"name": "Macedonia"})])
    assert places("mac") == [("party:MKD", "Macedonia", "")]


def test_a_person_is_found_by_each_name_where_the_person_is_cited(log: EventLog) -> None:
    gazette = SourceRegistered(negotiation="lake", source="gazette")
    cited = Evidence(source="gazette", attributed_to="Ann Li")
    first = said("t1", "we fish").model_copy(update={"evidence": (cited,)})
    log.record([gazette, first, said("t2", "we fish too"), said("t3", "fish", "SWE")])
    assert found(log, "Ann Li fish") == {"t1": ""}
    assert found(log, "Lie") == {}
    same = SameAs(negotiation="lake", id="one", kind="person", keep="Ann Lie", same=("Ann Li",))
    log.record([same])
    assert found(log, "lie fish") == found(log, "Ann Lie") == {"t1": ""}
    # What is corrected to cite the person, and what is recorded later, is found, too.
    later = [{"source": "gazette", "attributed_to": "A. Li"}]
    log.record([AliasAdded(negotiation="lake", id="alias", person="Ann Lie", alias="A. Li")])
    log.record([EntryCorrected(negotiation="lake", id="c", entry="t3", changes={"evidence": later})])
    log.record([said("t4", "no more fish").model_copy(update={"evidence": (Evidence(**later[0]),)})])
    assert found(log, "lie fish") == {"t1": "", "t3": "c", "t4": ""}
    with ReadModel.open(log) as model:
        assert [place.kind for place in model.everywhere("ann lie")] == ["entry"] * 4
        model.rebuild()
    assert found(log, "lie fish") == {"t1": "", "t3": "c", "t4": ""}
    log.record([EntryRetracted(negotiation="lake", entry="one"), EntryRetracted(negotiation="lake", entry="alias")])
    assert found(log, "lie fish") == {}


def test_a_party_that_was_called_by_a_second_id_is_found_by_both(log: EventLog) -> None:
    log.record([PartyAdded(negotiation="lake", id="nor2", party="nor", name="Norge"), said("t1", "we fish", "nor")])
    log.record([said("t2", "we fish")])
    assert found(log, "norge fish") == {"t1": ""}
    log.record([SameAs(negotiation="lake", kind="party", keep="NOR", same=("nor",))])
    assert found(log, "norge fish") == found(log, "norway fish") == {"t1": "", "t2": ""}


def test_a_name_belongs_to_the_party_of_its_negotiation(log: EventLog) -> None:
    other = [
        NegotiationOpened(negotiation="sea"),
        PartyAdded(negotiation="sea", id="rebels", party="front", name="Polisario"),
        said("t1", "we fight", "front", "sea"),
    ]
    log.record(
        [*other, PartyAdded(negotiation="lake", id="front", party="front", name="Alba"), said("t1", "x", "front")]
    )
    with ReadModel.open(log) as model:
        assert [(hit.negotiation, hit.entry) for hit in model.search("Polisario")] == [("sea", "rebels"), ("sea", "t1")]
        assert [hit.entry for hit in model.search("alba", negotiation="lake")] == ["front", "t1"]
        assert model.search("alba", negotiation="sea") == []


def test_a_correction_of_who_acted_is_found_by_the_name_of_who_did(log: EventLog) -> None:
    log.record([said("t1", "we fish"), corrected("t1", "c", party="SWE")])
    assert found(log, "sweden fish") == {"t1": "c"}


@pytest.mark.parametrize("text", ["إغلاق القواعد الأمريكية", "إغلاق قواعد أمريكية", "والقواعد للأمريكية"])
def test_arabic_is_found_with_its_article_and_without(text: str, log: EventLog) -> None:
    log.record([said("t1", text)])
    for sought in ("القواعد", "قواعد", "بالقواعد", "الأمريكية", "امريكية", "قواع*"):
        assert list(found(log, sought)) == ["t1"], sought


@pytest.mark.parametrize("word", ["الم", "له", "ال", "لل", "base"])
def test_what_is_no_article_stays(word: str) -> None:
    (term,) = terms_of(word)
    assert len(term.word) == len(word)


@given(st.text())
def test_folding_twice_is_folding_once_but_for_a_second_article(text: str) -> None:
    folded = fold(text)
    assert len(fold(folded)) <= len(folded) or not folded.isascii()


def test_a_body_is_found_by_its_name_and_a_vote_by_its_question(log: EventLog) -> None:
    council = PartyAdded(negotiation="lake", id="council", party="ctrl", name="Control Council")
    votes = [
        VoteHeld(negotiation="lake", id=name, body=body, matter="fish", result="approved", question=question)
        for name, body, question in (("v1", "ctrl", "Shall we fish?"), ("v2", "Bundestag", None), ("v3", "a:b", None))
    ]
    log.record([council, MatterAdded(negotiation="lake", id="fish", matter="fish"), *votes])
    assert list(found(log, "control council")) == ["council", "v1"]
    assert list(found(log, "bundestag")) == ["v2"]
    assert list(found(log, "shall")) == ["v1"]
    log.record([corrected("v2", "c", body="ctrl")])
    assert list(found(log, "council")) == ["council", "v1", "v2"]
