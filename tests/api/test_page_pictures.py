"""Original files and pictures of pages over HTTP: who may have them, and as what."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_library import Keys, Library
from drawn_pdf import Page, Text, drawn_pdf
from fastapi.testclient import TestClient
from picture_marks import marks

from assistant.api.app import create_app
from assistant.api.service import Service

NOWHERE = "00000000-0000-0000-0000-000000000000"
TEXT = "Students apply for an exchange in March of each year."
KOREAN = "교환학생은 매년 3월에 신청하고 결과는 4월에 통보받는다."


def pdf() -> bytes:
    return drawn_pdf(
        [
            Page([Text("Exchange Rules", 50, 740, 20), Text(TEXT, 50, 700)]),
            Page([Text(KOREAN, 50, 700)]),
        ]
    )


@pytest.fixture
def library(make_library: Callable[..., Library]) -> Library:
    return make_library(keep_originals=True)


def send(api: TestClient, name: str, content: bytes, headers: dict[str, str] | None = None) -> str:
    """Send a document to the students; its id."""
    started = api.post(
        "/v1/documents",
        files=[("files", (name, content))],
        data={"collection": "students"},
        headers=headers,
    )
    assert started.status_code == 202, started.text
    for _ in range(600):
        view: dict[str, Any] = api.get(started.headers["location"], headers=headers).json()
        if view["state"] == "done":
            (file,) = view["report"]["files"]
            assert file["document_id"], file
            return str(file["document_id"])
        time.sleep(0.1)
    raise AssertionError("the ingestion does not end")


@pytest.fixture
def document(api: TestClient) -> str:
    """A PDF that the students have."""
    return send(api, "교환학생 규정.pdf", pdf())


def test_a_file_is_downloaded_as_it_was_sent_and_under_its_name(
    api: TestClient, document: str
) -> None:
    response = api.get(f"/v1/documents/{document}/original")
    assert response.content == pdf()
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == (
        "attachment; filename*=utf-8''%EA%B5%90%ED%99%98%ED%95%99%EC%83%9D%20%EA%B7%9C%EC%A0%95.pdf"
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "private, no-cache"
    assert api.get(f"/v1/documents/{document}").json()["original"] is True
    part = api.get(f"/v1/documents/{document}/original", headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, b"%PDF-")
    old = {"Range": "bytes=0-4", "If-Range": '"of-before"'}
    assert api.get(f"/v1/documents/{document}/original", headers=old).content == pdf()


def test_a_web_page_is_never_one_of_ours(api: TestClient) -> None:
    page = b"<html><body><p>Rules of the house.</p><script>alert(1)</script></body></html>"
    document = send(api, 'لائحة "أ".html', page)
    response = api.get(f"/v1/documents/{document}/original")
    assert response.content == page
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment; filename*=utf-8''%D9")
    assert response.headers["content-security-policy"].startswith("sandbox;")
    picture = api.get(f"/v1/documents/{document}/pages/1.png")
    assert picture.status_code == 404
    assert "is no PDF" in picture.json()["detail"]


def test_a_page_is_a_picture_with_the_quote_marked(api: TestClient, document: str) -> None:
    address = f"/v1/documents/{document}/pages/2.png"
    picture = api.get(address, params={"quote": "매년 3월에 신청하고", "width": 600})
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["x-quote-found"] == "true"
    assert picture.headers["cache-control"] == "private, no-cache"
    (mark,) = marks(picture.content)
    assert (mark[0], mark[2]) == (pytest.approx(86, abs=4), pytest.approx(152, abs=4))
    missing = api.get(address, params={"quote": "Nothing of the kind is written here."})
    assert missing.headers["x-quote-found"] == "false"
    assert marks(missing.content) == []
    assert "x-quote-found" not in api.get(address).headers


def test_a_picture_is_not_sent_again_as_long_as_it_is_right(api: TestClient, document: str) -> None:
    address = f"/v1/documents/{document}/pages/1.png"
    etag = api.get(address, params={"quote": TEXT}).headers["etag"]
    again = api.get(address, params={"quote": TEXT}, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert api.get(address, headers={"If-None-Match": etag}).status_code == 200
    assert send(api, "교환학생 규정.pdf", pdf() + b"\n") == document
    assert (
        api.get(address, params={"quote": TEXT}, headers={"If-None-Match": etag}).status_code == 200
    )


@pytest.mark.parametrize(
    ("page", "query", "status"),
    [
        ("3", {}, 404),
        ("0", {}, 422),
        ("x", {}, 422),
        ("1", {"width": 99}, 422),
        ("1", {"width": 2401}, 422),
        ("1", {"quote": "x" * 4001}, 422),
    ],
)
def test_what_there_is_no_picture_of(
    api: TestClient, document: str, page: str, query: dict[str, Any], status: int
) -> None:
    response = api.get(f"/v1/documents/{document}/pages/{page}.png", params=query)
    assert response.status_code == status
    if status == 404:
        assert response.json()["detail"] == "교환학생 규정.pdf has 2 pages, and no page 3."


def test_who_may_not_see_the_document_sees_no_file_and_no_picture(
    api: TestClient, key: Keys
) -> None:
    mine = key("chat", "ingest", collections=["students"])
    document = send(api, "rules.pdf", pdf(), mine)
    for part in ("original", "pages/1.png", "pages/7.png"):
        assert api.get(f"/v1/documents/{document}/{part}").status_code == 401
        told = [
            api.get(f"/v1/documents/{name}/{part}", headers=key(scope, collections=["staff"]))
            for name in (document, NOWHERE)
            for scope in ("chat", "ingest")
        ]
        assert {response.status_code for response in told} == {404}
        details = {response.json()["detail"].split(".", 1)[1] for response in told}
        assert len(details) == 1
        assert {response.json()["title"] for response in told} == {"Not Found"}
    assert api.get(f"/v1/documents/{document}/original", headers=mine).status_code == 200
    assert api.get(f"/v1/documents/{document}/pages/1.png", headers=mine).status_code == 200


def test_deleting_a_document_deletes_its_file_and_its_pictures(
    api: TestClient, library: Library, document: str
) -> None:
    assert api.get(f"/v1/documents/{document}/pages/1.png").status_code == 200
    pictures = library.service.pictures
    assert len(pictures._pictures) == 1
    assert api.delete(f"/v1/documents/{document}").status_code == 204
    assert len(pictures._pictures) == 0
    folder = library.service.settings.originals_dir
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    for part in ("original", "pages/1.png"):
        assert api.get(f"/v1/documents/{document}/{part}").status_code == 404


def test_a_citations_source_tells_which_pictures_there_are(api: TestClient, document: str) -> None:
    listed = api.get(f"/v1/documents/{document}/passages").json()["passages"]
    passage = next(p for p in listed if KOREAN in p["text"])
    start = passage["text"].index(KOREAN)
    address = f"/v1/documents/{document}/passages/{passage['passage_id']}/context"
    span = {"start": start, "end": start + len(KOREAN)}
    context = api.get(address, params=span).json()
    assert (context["original"], context["pictures"]) == (True, [2])
    if "exchange in March" in passage["text"]:
        assert api.get(address).json()["pictures"] == [1, 2]


@pytest.fixture
def frugal(make_library: Callable[..., Library]) -> Iterator[tuple[TestClient, Service, str]]:
    """A service that keeps no files, and one of its documents."""
    library = make_library()
    with TestClient(create_app(library.service)) as client:
        yield client, library.service, library.documents["exchange.md"]


def test_a_service_that_keeps_no_files_says_so(frugal: tuple[TestClient, Service, str]) -> None:
    api, service, document = frugal
    for part in ("original", "pages/1.png"):
        problem = api.get(f"/v1/documents/{document}/{part}")
        assert problem.status_code == 404
        assert problem.json()["title"] == "Original not kept"
        assert problem.json()["detail"].startswith("This service keeps no original files.")
        assert api.get(f"/v1/documents/{NOWHERE}/{part}").json()["title"] == "Not Found"
    assert api.get(f"/v1/documents/{document}").json()["original"] is False
    assert not service.settings.originals_dir.exists()


def test_a_document_from_before_files_were_kept_has_none(api: TestClient, library: Library) -> None:
    problem = api.get(f"/v1/documents/{library.documents['exchange.md']}/original").json()
    assert problem["title"] == "Original not kept"
    assert "Ingest it again" in problem["detail"]
