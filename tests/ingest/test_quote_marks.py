"""A quote is marked on the picture of its page, where its words stand and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from drawn_pdf import Page, Paint, Text, drawn_pdf
from pdf_files import file_of, make_pdf, stream
from picture_marks import Mark, marks
from PIL import Image
from test_arabic_pdf import GOOD, shaped, visual

from assistant.errors import DeadlineError, NotFoundError
from assistant.ingestion.page_pictures import PagePicture, PictureCache, WantedPage
from assistant.settings import Settings
from ingest.errors import UnreadableFileError
from ingest.pictures.page_picture import draw_page
from ingest.pictures.picture_workers import PictureWorkers
from ingest.readers import read

Write = Callable[[str, str | bytes], Path]
#: Points by which a mark may be larger than its letters.
NEAR = 3.0
LETTER = 6.0


def drawn(
    write: Write, pages: Sequence[Page], quote: str, number: int = 1, width: int = 1000
) -> PagePicture:
    return draw_page(write("a.pdf", drawn_pdf(pages)), "a.pdf", WantedPage(number, quote, width))


def line(text: str, number: int = 0, x: float = 50) -> Text:
    return Text(text, x, 700 - 20 * number)


def assert_near(found: Sequence[Mark], *wanted: tuple[float, float, float]) -> None:
    """Marks are on these lines: where each begins and ends, and its baseline from above."""
    assert len(found) == len(wanted), found
    for (left, top, right, bottom), (begin, end, baseline) in zip(found, wanted, strict=True):
        assert left == pytest.approx(begin, abs=NEAR)
        assert right == pytest.approx(end, abs=NEAR)
        assert top < baseline - 3
        assert bottom == pytest.approx(baseline + 2, abs=4)


def test_an_english_quote_is_marked_over_its_lines(write: Write) -> None:
    page = Page(
        [
            line("Students apply for an ex-"),
            line("change in March of each year.", 1),
            line("No.", 2),
        ]
    )
    picture = drawn(write, [page], "Students apply for an exchange in March")
    assert picture.found
    first, second = marks(picture.png)
    assert first[0] == pytest.approx(50, abs=NEAR)
    assert (first[2], second[0]) == (pytest.approx(181, abs=6), pytest.approx(50, abs=NEAR))
    assert second[2] < 150, "what comes after the quote is not marked"
    pixels = Image.open(BytesIO(picture.png))
    assert pixels.width == 1000
    assert pixels.getpixel((600, 1000)) == (255, 255, 255)


@pytest.mark.parametrize(
    "quote", ["매년 3월에 신청한다", "매년 3월에 신청한다.", "매년\n3월에 신청한다"]
)
def test_a_korean_quote_is_marked_however_its_letters_are_written(write: Write, quote: str) -> None:
    text = "교환학생은 매년 3월에 신청한다."
    page = Page([line("제1조"), line(text, 1)])
    picture = drawn(write, [page], quote)
    assert_near(marks(picture.png), (50 + 6 * LETTER, 50 + 17 * LETTER, 162))


@pytest.mark.parametrize("law", GOOD)
def test_an_arabic_quote_is_marked_below_presentation_forms(
    write: Write, law: tuple[str, str]
) -> None:
    path = write(
        "law.pdf", drawn_pdf([Page([line(visual(shaped(t)), i) for i, t in enumerate(law)])])
    )
    words = read(path).text.split("\n")[1].split()[:3]
    picture = draw_page(path, "law.pdf", WantedPage(1, " ".join(words), 1000))
    right = 50 + len(law[1]) * LETTER
    (mark,) = marks(picture.png)
    assert mark[2] == pytest.approx(right, abs=NEAR), "Arabic begins on the right"
    assert mark[0] == pytest.approx(right - len(" ".join(words)) * LETTER, abs=2 * LETTER)


def test_an_arabic_quote_from_lines_that_are_stored_back_to_front_is_marked(write: Write) -> None:
    path = write("law.pdf", make_pdf([[text for law in GOOD for text in law]]))
    quote = GOOD[3][1]
    assert quote in read(path).text
    (mark,) = marks(draw_page(path, "law.pdf", WantedPage(1, quote, 1000)).png)
    assert mark[3] == pytest.approx(842 - (780 - 7 * 16) + 3, abs=4)


def test_a_quote_of_one_column_is_marked_in_that_column(write: Write) -> None:
    left = ["Exchange students apply in the", "month of March of each year, and", "wait."]
    right = ["Staff members apply whenever they", "like, and are told within a month", "or two."]
    page = Page(
        [
            line(text, i, x)
            for x, lines in ((50, left), (330, right))
            for i, text in enumerate(lines)
        ]
    )
    rows = Page(
        [line(text, i, x) for i in range(3) for x, text in ((50, left[i]), (330, right[i]))]
    )
    for drawn_page in (page, rows):  # column by column in the file, and line by line
        picture = drawn(write, [drawn_page], " ".join(left[:2]))
        assert picture.found
        found = marks(picture.png)
        assert len(found) == 2
        assert all(mark[2] < 320 for mark in found)


@pytest.mark.parametrize(
    ("rotate", "expected"),
    [(90, (700, 50, 712, 110)), (180, (485, 700, 545, 712)), (270, (130, 485, 142, 545))],
)
def test_a_quote_is_marked_on_a_page_that_is_turned(
    write: Write, rotate: int, expected: Mark
) -> None:
    page = Page([Text("매년 3월에 신청한", 50, 700)], rotate=rotate)
    shown = 842 if rotate != 180 else 595
    (mark,) = marks(drawn(write, [page], "매년 3월에 신청한").png, shown)
    assert mark == pytest.approx(expected, abs=6)


def test_a_quote_over_two_pages_is_marked_on_both(write: Write) -> None:
    first, second = "The office decides within thirty days", "after the application has arrived."
    head = line("Rules of the exchange programme")
    pages = [
        Page([head, line("Other rules.", 1), line(first, 2), line("- 1 -", 30)]),
        Page([head, line(second, 1), line("And others.", 2), line("- 2 -", 30)]),
    ]
    quote = f"{first} {second}"
    for number, row in ((1, 2), (2, 1)):
        picture = drawn(write, pages, quote, number)
        assert picture.found
        (mark,) = marks(picture.png)
        assert mark[3] == pytest.approx(842 - (700 - 20 * row) + 3, abs=4)


def test_a_quote_that_is_not_there_leaves_the_page_as_it_is(write: Write) -> None:
    pages = [
        Page([line("The office decides within thirty days.")]),
        Page([Paint((50, 50, 500, 700), picture=True)]),
        Page([line("The office of the president decides on the day after the application.")]),
    ]
    for number in (2, 3):
        quote = "The office decides within thirty days, and tells the student why."
        picture = drawn(write, pages, quote, number)
        assert not picture.found
        assert marks(picture.png) == []


def test_letters_on_dark_ground_stay_readable(write: Write) -> None:
    page = Page([Paint((0, 0, 595, 842), grey=0), Text("White letters on black", 50, 700, grey=1)])
    picture = drawn(write, [page], "White letters on black")
    pixels = np.asarray(Image.open(BytesIO(picture.png)))
    (left, top, right, bottom) = (int(corner * 1000 / 595) for corner in marks(picture.png)[0])
    marked = pixels[top:bottom, left:right].max(axis=2)
    assert marked.min() > 60
    assert marked.max() > 200


def test_pictures_of_pages_of_any_size_are_bounded(write: Write) -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 14400]/Contents 4 0 R>>",
        stream(b"0 0 5 5 re f"),
    ]
    path = write("tall.pdf", file_of(objects))
    picture = Image.open(BytesIO(draw_page(path, "tall.pdf", WantedPage(1, "", 2400)).png))
    assert picture.width * picture.height < 13_000_000


@pytest.fixture
def workers(settings: Settings) -> Iterator[PictureWorkers]:
    workers = PictureWorkers(settings.model_copy(update={"read_seconds": 2.0}))
    yield workers
    workers.close()


def bomb() -> bytes:
    """A page that draws a form ten times, which draws a form ten times, and so on."""
    last = 12
    forms = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 50>>"
        b"stream\n%s\nendstream" % (number + 1, b"/X Do /X Do" * 7 + b" " * 3)
        for number in range(4, last)
    ]
    leaf = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 12>>stream\n0 0 5 5 re f\nendstream"
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</X 4 0 R>>>>"
        b"/Contents %d 0 R>>" % (last + 1)
    )
    catalogue = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    return file_of([*catalogue, page, *forms, leaf, stream(b"/X Do /X Do /X Do")])


def test_what_cannot_be_drawn_is_told_and_costs_itself_only(
    workers: PictureWorkers, write: Write
) -> None:
    good = write("good.pdf", drawn_pdf([Page([line("Some rule of all.")])]))
    page = WantedPage(1, "Some rule of all.", 300)

    async def paint(path: Path, wanted: WantedPage = page) -> PagePicture:
        return await workers.paint(path, path.name, wanted)

    with pytest.raises(UnreadableFileError, match=r"broken\.pdf made its reader fail"):
        asyncio.run(paint(write("broken.pdf", b"%PDF-1.7 and nothing else")))
    with pytest.raises(DeadlineError, match=r"Page 1 of bomb\.pdf takes longer than 2 s"):
        asyncio.run(paint(write("bomb.pdf", bomb())))
    with pytest.raises(NotFoundError, match="has 1 pages, and no page 2"):
        asyncio.run(paint(good, WantedPage(2, "", 300)))
    with pytest.raises(FileNotFoundError):
        asyncio.run(paint(good.with_name("gone.pdf")))
    assert asyncio.run(paint(good)).found


def test_a_picture_is_drawn_once_and_goes_with_its_document(write: Write) -> None:
    class Counting:
        painted = 0

        async def paint(self, file: Path, name: str, wanted: WantedPage) -> PagePicture:
            self.painted += 1
            if wanted.quote == "late":
                cache.drop_document("d1")
            return PagePicture(b"x" * 400, True)

        def close(self) -> None: ...

    cache, painter = PictureCache(1000), Counting()

    def show(version: str, quote: str = "") -> None:
        wanted = WantedPage(1, quote, 300)
        painting = lambda: painter.paint(Path("a"), "a", wanted)  # noqa: E731
        asyncio.run(cache.picture(("d1", version), wanted, painting))

    show("one")
    show("one")
    assert painter.painted == 1
    show("two")
    show("two", "other")  # no room for three
    assert painter.painted == 3
    cache.drop_document("d1")
    show("two")
    assert painter.painted == 4
    show("two", "late")
    show("two", "late")
    assert painter.painted == 6, "one that was drawn while its document was dropped is not kept"
