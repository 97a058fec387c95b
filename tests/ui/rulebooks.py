"""A stand-in's shelf of documents: works in several languages, with the headings of their
articles."""

from __future__ import annotations

from uuid import UUID

from fake_service import NOW, FakeService

from assistant.api.schemas.chat_schemas import PassageView
from assistant.api.schemas.document_schemas import DocumentView
from assistant.codes import Language

#: Works: what each is called, and its collection.
TITLES: list[tuple[dict[Language, str], str]] = [
    (
        {
            "ko": "학생 및 교직원 교류 자격과 지원에 관한 규정",
            "ar": "سياسة تبادل الطلاب والمنسوبين",
            "en": "Policy on Student and Staff Exchange",
        },
        "handbook",
    ),
    (
        {
            "ko": "연구데이터 관리 규정",
            "ar": "سِيَاسَة إدارة البيانات البحثية",
            "en": "Policy on Handling Research Data",
        },
        "handbook",
    ),
    ({"ko": "과제물 작성 시 인공지능 활용 규정", "en": "Policy on Résumés and AI"}, "teaching"),
    ({"ko": "소버린 인공지능 사업 규정"}, "teaching"),
]
#: What the articles are about, by language.
SUBJECTS: dict[Language, list[str]] = {
    "ko": [
        "제1조(목적)", "제2조(학생의 자격)", "제3조(신청 기한)", "제4조(이의신청)", "제5조(시행일)",
    ],
    "ar": [
        "المادة ١: الغرض", "المادة ٢: أهلية الطلاب", "المادة ٣: مواعيد التقديم",
        "المادة ٤: الاعتراض", "المادة ٥: النفاذ",
    ],
    "en": [
        "Article 1 (Purpose)", "Article 2 (Eligibility)", "Article 3 (Deadlines)",
        "Article 4 (Objections)", "Article 5 (Entry into force)",
    ],
}  # fmt: skip


def document_id(work: int, language: Language) -> str:
    """The id of a work's edition."""
    return str(UUID(int=(work + 1) * 16 + ("ko", "ar", "en").index(language), version=4))


def fill(service: FakeService) -> None:
    """Put all works on the shelf."""
    service.documents, service.outlines = [], {}
    for work, (titles, collection) in enumerate(TITLES):
        for language, title in titles.items():
            name = document_id(work, language)
            document = DocumentView(
                document_id=name, collection=collection, source=f"work-{work}.{language}.md",
                title=title, language=language, work_id=f"work-{work}", passages=5,
                ingested_at=NOW, effective_from=20260301 + work,
            )  # fmt: skip
            service.documents.append(document)
            service.outlines[name] = [
                _passage(document, ordinal) for ordinal in range(len(SUBJECTS[language]))
            ]


def _passage(document: DocumentView, ordinal: int) -> PassageView:
    heading = SUBJECTS[document.language][ordinal]
    return PassageView(
        passage_id=str(UUID(int=ordinal + 1, version=4)), document_id=document.document_id,
        collection=document.collection, source=document.source, title=document.title,
        locator=heading, headings=[document.title, heading], page=None,
        language=document.language, ordinal=ordinal, article=str(ordinal + 1),
        effective_from=document.effective_from, effective_until=None, text="…", url="",
    )  # fmt: skip
