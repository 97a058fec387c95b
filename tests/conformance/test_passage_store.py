"""What every passage store does, whichever engine it is on.

Runs on Qdrant Edge and on the server adapter over qdrant-client's local engine; and on a real
server where ``TRILOGUE_TEST_QDRANT_URL`` names one. On Edge and on a real server also with another
layout than the default.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from llama_index.core.vector_stores.types import (
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)
from qdrant_client import QdrantClient

from assistant.errors import InvalidInputError
from assistant.index import edge, server
from assistant.index.edge import EdgePassageStore
from assistant.index.layout import PLAIN, IndexLayout
from assistant.index.passage import Passage, PassageNode
from assistant.index.schema import IndexIdentity
from assistant.index.server import ServerPassageStore
from assistant.index.sparse import encode_passage, encode_query
from assistant.index.store import FUSION, IndexMismatchError, PassageStore, Query
from assistant.language import Language, split_sentences

IDENTITY = IndexIdentity("test-embedder", 8)


SHORT = IndexLayout("int8", "all")


def _server_store(layout: IndexLayout) -> Iterator[PassageStore]:
    url = os.environ.get("TRILOGUE_TEST_QDRANT_URL")
    if not url:
        pytest.skip("TRILOGUE_TEST_QDRANT_URL names no Qdrant server")
    client = QdrantClient(url=url)
    name = f"test-{uuid.uuid4().hex}"
    yield ServerPassageStore(client, name, IDENTITY, layout)
    client = QdrantClient(url=url)
    client.delete_collection(name)


@pytest.fixture(params=["edge", "edge, short", "local", "server", "server, short"])
def passages(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PassageStore]:
    engine, _, short = request.param.partition(", ")
    layout = SHORT if short else PLAIN
    if engine == "server":
        yield from _server_store(layout)
        return
    store: PassageStore
    if engine == "edge":
        store = EdgePassageStore(tmp_path / "edge", IDENTITY, layout)
    else:
        store = ServerPassageStore(QdrantClient(":memory:"), "test", IDENTITY)
    yield store
    store.close()


def unit(axis: int) -> list[float]:
    return [1.0 if i == axis else 0.0 for i in range(8)]


def node(
    text: str,
    axis: int,
    document: str = "doc-a",
    language: Language = "en",
    collection: str = "rules",
    ordinal: int = 0,
) -> PassageNode:
    sentences = tuple(split_sentences(text))
    passage = Passage(
        id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{document}/{text}")),
        document_id=document,
        collection=collection,
        source=f"{document}.md",
        title="Rules",
        language=language,
        text=text,
        ordinal=ordinal,
        sentences=sentences,
        locator="Article 1",
        headings=("Part 1", "Article 1"),
        page=3,
        work_id="work",
        content_hash="0" * 64,
    )
    made = PassageNode.from_passage(passage)
    made.embedding = unit(axis)
    made.sentence_vectors = np.tile(np.array(unit(axis), dtype=np.float32), (len(sentences), 1))
    made.sparse = encode_passage(text)
    return made


EXCHANGE = node("Exchange students need a good average.", 0)
KOREAN = node("공동연구센터는 대전에 둔다.", 1, "doc-b", "ko", "centre")
ARABIC = node("يقع المركز في الرياض.", 2, "doc-c", "ar", "centre")


def texts(hits: list[tuple[PassageNode, float]]) -> list[str]:
    return [hit.text for hit, _ in hits]


def test_gives_back_a_passage_as_it_was_written(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE])
    (found,) = passages.select({})
    assert found.to_passage() == EXCHANGE.to_passage()
    assert found.sentence_vectors is None


def test_gives_back_the_vectors_of_a_passage_where_they_are_asked_for(
    passages: PassageStore,
) -> None:
    passages.upsert([EXCHANGE])
    (found,) = passages.select({}, with_vectors=True)
    assert found.sentence_vectors is not None
    assert found.sentence_vectors == pytest.approx(EXCHANGE.sentence_vectors, abs=1e-2)


def test_dense_search_finds_the_nearest_vector(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    hits = passages.search(Query(unit(2), None, 3, {}))
    assert texts(hits)[0] == ARABIC.text
    assert hits[0][1] == pytest.approx(1.0, abs=1e-3)


def test_sparse_search_finds_the_rare_term(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    assert texts(passages.search(Query(None, encode_query("연구센터의 위치"), 3, {}))) == [
        KOREAN.text
    ]


def test_hybrid_search_fuses_both_legs(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    hits = passages.search(Query(unit(1), encode_query("공동연구센터"), 3, {}))
    assert texts(hits)[0] == KOREAN.text
    assert hits[0][1] > hits[1][1] * 1.5, "near by vector and by terms, it must stand out"


def test_the_fused_score_is_the_weighted_sum_of_the_legs(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    query = encode_query("공동연구센터")
    half = [0.6, 0.8] + [0.0] * 6
    fused = dict(zip(*transposed(passages.search(Query(half, query, 3, {}))), strict=True))
    lexical = dict(zip(*transposed(passages.search(Query(None, query, 3, {}))), strict=True))
    by_cosine = FUSION.passage + FUSION.sentence + FUSION.tokens
    by_terms = FUSION.terms * lexical[KOREAN.text]
    assert fused[EXCHANGE.text] == pytest.approx(0.6 * by_cosine, abs=1e-3)
    assert fused[KOREAN.text] == pytest.approx(0.8 * by_cosine + by_terms, abs=1e-3)


def test_the_questions_tokens_are_compared_with_sentences(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN])
    tokens = [unit(0), unit(0), unit(1), unit(5)]
    hits = passages.search(Query(unit(5), encode_query("x"), 3, {}, tokens=tokens))
    assert dict(zip(*transposed(hits), strict=True)) == pytest.approx(
        {EXCHANGE.text: FUSION.tokens * 2 / 4, KOREAN.text: FUSION.tokens * 1 / 4}, abs=1e-3
    )


def test_a_better_sentence_lifts_a_passage(passages: PassageStore) -> None:
    lifted = replace_axis(KOREAN, dense=0, sentence=3)
    passages.upsert([EXCHANGE, lifted])
    asked = [0.6, 0.0, 0.0, 0.8] + [0.0] * 4
    assert texts(passages.search(Query(asked, encode_query("없는말"), 2, {})))[0] == lifted.text


def test_only_what_is_in_force_on_a_day_is_found(passages: PassageStore) -> None:
    old = dated("The old rule.", None, 20240831)
    new = dated("The new rule.", 20240901, None)
    passages.upsert([EXCHANGE, old, new])

    def found(day: int | None) -> set[str]:
        return set(texts(passages.search(Query(unit(0), encode_query("rule"), 9, {}, False, day))))

    assert found(20240831) == {EXCHANGE.text, old.text}
    assert found(20240901) == {EXCHANGE.text, new.text}
    assert found(None) == {EXCHANGE.text, old.text, new.text}


def test_a_query_without_any_leg_finds_nothing(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE])
    assert passages.search(Query(None, None, 3, {})) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"language": ["ko"]}, {KOREAN.text}),
        ({"collection": ["centre"]}, {KOREAN.text, ARABIC.text}),
        ({"collection": ["centre"], "language": ["ar", "en"]}, {ARABIC.text}),
        ({"document_id": ["nowhere"]}, set()),
    ],
)
def test_filters_hold_in_every_kind_of_search(
    passages: PassageStore, filters: dict[str, list[str]], expected: set[str]
) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    assert set(texts(passages.search(Query(unit(0), None, 9, filters)))) == expected
    hybrid = Query(unit(0), encode_query("공동연구센터 students المركز"), 9, filters)
    assert set(texts(passages.search(hybrid))) == expected
    assert passages.count(filters) == len(expected)


def test_vectors_come_along_when_asked_for(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE])
    ((hit, _),) = passages.search(Query(unit(0), None, 1, {}, with_vectors=True))
    assert hit.embedding == pytest.approx(unit(0), abs=1e-3)
    assert hit.sentence_vectors is not None
    assert hit.sentence_vectors.shape == (1, 8)
    np.testing.assert_allclose(hit.sentence_vectors[0], unit(0), atol=1e-3)
    assert hit.sparse is not None
    assert EXCHANGE.sparse is not None
    assert sorted(hit.sparse.indices) == EXCHANGE.sparse.indices


def test_writing_a_passage_twice_keeps_one(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE])
    passages.upsert([EXCHANGE])
    assert passages.count() == 1


def test_replacing_a_document_leaves_its_new_passages_only(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN])
    new = [node("A new rule.", 3, ordinal=0), node("And another.", 4, ordinal=1)]
    passages.replace("doc-a", new)
    assert [n.text for n in passages.select({"document_id": ["doc-a"]})] == [n.text for n in new]
    assert passages.count({"document_id": ["doc-b"]}) == 1


def test_deletes_by_id_by_document_and_altogether(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    passages.delete_ids([EXCHANGE.node_id, str(uuid.uuid4())])
    assert passages.count() == 2
    passages.delete("doc-b")
    assert [n.text for n in passages.select({})] == [ARABIC.text]
    passages.clear()
    assert passages.count() == 0


def test_gives_passages_by_id_and_leaves_unknown_ones_out(passages: PassageStore) -> None:
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    asked = [KOREAN.node_id, str(uuid.uuid4()), EXCHANGE.node_id]
    found = {n.node_id: n for n in passages.retrieve(asked, with_vectors=True)}
    assert found.keys() == {KOREAN.node_id, EXCHANGE.node_id}
    assert found[KOREAN.node_id].to_passage() == KOREAN.to_passage()
    assert found[KOREAN.node_id].embedding == pytest.approx(unit(1), abs=1e-3)
    assert passages.retrieve([EXCHANGE.node_id])[0].sentence_vectors is None


def test_pages_have_every_passage_once_and_may_be_written_between(
    passages: PassageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (edge, server):
        monkeypatch.setattr(module, "_SCROLL", 2)
    many = [node(f"Rule {i}.", 0, f"doc-{i % 2}", ordinal=i) for i in range(7)]
    passages.upsert(many)
    pages = []
    for page in passages.pages():
        with passages.switching():  # whoever reads pages keeps no writer out
            passages.set_payload([n.node_id for n in many[::2]], {"work_id": "other"})
        pages.append([n.text for n in page])
    assert max(len(page) for page in pages) == 2
    assert sorted(text for page in pages for text in page) == sorted(n.text for n in many)
    of_one = [n.text for page in passages.pages({"document_id": ["doc-1"]}) for n in page]
    assert sorted(of_one) == ["Rule 1.", "Rule 3.", "Rule 5."]


def test_counts_the_passages_of_each_value_of_a_field(passages: PassageStore) -> None:
    assert passages.facet("collection") == {}
    passages.upsert([EXCHANGE, KOREAN, ARABIC])
    assert passages.facet("collection") == {"rules": 1, "centre": 2}
    passages.delete("doc-b")
    assert passages.facet("document_id") == {"doc-a": 1, "doc-c": 1}


def test_works_through_the_llama_index_interface(passages: PassageStore) -> None:
    assert passages.add([EXCHANGE, KOREAN]) == [EXCHANGE.node_id, KOREAN.node_id]
    only_korean = MetadataFilters(
        filters=[MetadataFilter(key="language", value=["ko"], operator=FilterOperator.IN)]
    )
    result = passages.query(
        VectorStoreQuery(
            query_embedding=unit(0),
            query_str="students",
            mode=VectorStoreQueryMode.HYBRID,
            similarity_top_k=5,
            filters=only_korean,
        )
    )
    assert result.ids == [KOREAN.node_id]
    assert [n.node_id for n in passages.get_nodes([EXCHANGE.node_id])] == [EXCHANGE.node_id]
    passages.delete_nodes(filters=only_korean)
    assert passages.count() == 1


def test_refuses_filters_it_has_no_index_for(passages: PassageStore) -> None:
    wrong = MetadataFilters(filters=[MetadataFilter(key="text", value="x")])
    with pytest.raises(InvalidInputError, match="filtered by"):
        passages.query(VectorStoreQuery(query_embedding=unit(0), filters=wrong))


def test_search_goes_on_after_optimizing(passages: PassageStore) -> None:
    rng = np.random.default_rng(0)
    many = []
    for i in range(1500):
        made = node(f"Rule number {i}.", 0, f"doc-{i % 7}", ordinal=i)
        made.embedding = rng.normal(size=8).tolist()
        many.append(made)
    passages.upsert(many)
    passages.optimize()
    passages.upsert([replace_axis(EXCHANGE)])
    hits = passages.search(Query([0.0] * 7 + [100.0], encode_query("exchange average"), 3, {}))
    assert texts(hits)[0] == EXCHANGE.text
    assert passages.count() == 1501


def transposed(
    hits: list[tuple[PassageNode, float]],
) -> tuple[list[str], list[float]]:
    return texts(hits), [score for _, score in hits]


def dated(text: str, start: int | None, end: int | None) -> PassageNode:
    made = node(text, 0, f"doc-{start}-{end}")
    copy = PassageNode.from_passage(
        replace(made.to_passage(), effective_from=start, effective_until=end)
    )
    copy.embedding, copy.sentence_vectors = made.embedding, made.sentence_vectors
    copy.sparse = made.sparse
    return copy


def replace_axis(made: PassageNode, dense: int = 7, sentence: int | None = None) -> PassageNode:
    copy = PassageNode.from_passage(replace(made.to_passage(), ordinal=5))
    copy.embedding = unit(dense)
    copy.sentence_vectors = made.sentence_vectors
    if sentence is not None:
        copy.sentence_vectors = np.asarray([unit(sentence)], dtype=np.float32)
    copy.sparse = made.sparse
    return copy


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    EdgePassageStore(tmp_path / "edge", IDENTITY).close()
    with pytest.raises(IndexMismatchError, match="test-embedder"):
        EdgePassageStore(tmp_path / "edge", IndexIdentity("other", 8))
    client = QdrantClient(":memory:")
    ServerPassageStore(client, "test", IDENTITY)
    with pytest.raises(IndexMismatchError, match="TRILOGUE_EMBEDDER"):
        ServerPassageStore(client, "test", IndexIdentity("test-embedder", 16))
