"""Old Office files: through LibreOffice, with all that the readers of the new formats keep."""

from __future__ import annotations

import http.server
import os
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pptx
import psutil
import pytest
from mail_files import ole_file
from other_office import read_with_another
from test_coverage import covered

from assistant.codes import Fault, RemarkKind
from ingest.errors import UnreadableFileError
from ingest.readers import Limits, read
from ingest.readers.conversion import libreoffice
from ingest.reading import ReadingPool, read_twice

Write = Callable[[str, str | bytes], Path]
RULES = {
    "ko": ("제1조(목적)", "이 규정은 학생 교류에 필요한 사항을 정한다.", "등록금은 없다."),
    "ar": ("المادة الأولى", "يهدف هذا النظام إلى تنظيم تبادل الطلاب.", "لا توجد رسوم."),
    "en": ("Article 1", "These rules govern the exchange of students.", "There is no fee."),
}
needs_libreoffice = pytest.mark.skipif(
    libreoffice() is None,
    reason="Debian's libreoffice-writer-nogui and libreoffice-impress-nogui are not there",
)


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Old files that LibreOffice makes of new ones."""
    folder = tmp_path_factory.mktemp("old")
    for language, (title, *paragraphs) in RULES.items():
        document = docx.Document()
        document.add_heading(title, 1)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph, style="List Number")
        table = document.add_table(2, 2)
        for cell, text in zip(
            (cell for row in table.rows for cell in row.cells), "ABCD", strict=True
        ):
            cell.text = f"{text} {paragraphs[0]}"
        # Word's documents never end with a table.
        document.add_paragraph().add_run("Hidden words.").font.hidden = True
        document.save(str(folder / f"{language}.docx"))
        deck = pptx.Presentation()
        for shown, text in (("1", paragraphs[0]), ("0", "Hidden slide.")):
            slide = deck.slides.add_slide(deck.slide_layouts[1])
            slide.shapes.title.text = title
            slide.placeholders[1].text_frame.text = text
            slide._element.set("show", shown)
        deck.slides[0].notes_slide.notes_text_frame.text = paragraphs[1]
        deck.save(str(folder / f"{language}.pptx"))
    (folder / "notes.rtf").write_text(
        r"{\rtf1\ansi{\*\revtbl{Unknown;}{Author;}}A rule.{\footnote A note.}\par "
        r"{\deleted\revauthdel1\revdttmdel1 Old.}{\revised\revauth1\revdttm1 New.}\par}"
    )
    made_by_libreoffice(folder, "doc", folder / "notes.rtf")
    for new, endings in (("docx", ("doc", "rtf")), ("pptx", ("ppt", "odp"))):
        for ending in endings:
            made_by_libreoffice(folder, ending, *folder.glob(f"*.{new}"))
    return folder


def made_by_libreoffice(folder: Path, ending: str, *files: Path) -> None:
    """Convert files to an old format."""
    profile = (folder / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", ending]
    subprocess.run(
        [*command, "--outdir", folder, *files], check=True, capture_output=True, timeout=300
    )


@needs_libreoffice
@pytest.mark.parametrize("language", RULES)
@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_an_old_document_keeps_headings_numbers_and_tables(
    old: Path, language: str, ending: str
) -> None:
    source = read_twice(old / f"{language}.{ending}", Limits())
    title, first, second = RULES[language]
    lines = source.text.split("\n\n")
    assert lines[:3] == [f"## {title}", f"1\\. {first}", f"2\\. {second}"]
    assert f"| C {first} | D {first} |" in source.text
    assert "Hidden" not in source.text
    assert RemarkKind.HIDDEN in {remark.kind for remark in source.remarks}
    found = covered(source, f"{language}.{ending}")
    assert found is not None
    assert found.share == 1.0


@needs_libreoffice
@pytest.mark.parametrize("language", RULES)
@pytest.mark.parametrize("ending", ["ppt", "odp"])
def test_an_old_presentation_keeps_slides_and_notes(old: Path, language: str, ending: str) -> None:
    source = read_twice(old / f"{language}.{ending}", Limits())
    title, first, second = RULES[language]
    assert source.text.split("\n\n") == [f"## {title}", f"- {first}", second]
    found = covered(source, f"{language}.{ending}")
    assert found is not None
    assert found.share == 1.0


@needs_libreoffice
@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_an_old_document_keeps_notes_and_loses_what_was_deleted(old: Path, ending: str) -> None:
    source = read(old / f"notes.{ending}")
    assert "A note." in source.text
    assert "New." in source.text
    assert "Old." not in source.text
    assert RemarkKind.TRACKED_CHANGES in {remark.kind for remark in source.remarks}


@needs_libreoffice
def test_rtf_that_is_named_doc_is_read(old: Path, tmp_path: Path) -> None:
    path = tmp_path / "rules.doc"
    shutil.copyfile(old / "ko.rtf", path)
    assert RULES["ko"][1] in read(path).text


@needs_libreoffice
def test_several_files_are_converted_at_once(old: Path) -> None:
    files = [old / f"{language}.{ending}" for language in RULES for ending in ("doc", "ppt")]
    with ReadingPool(3, 300, 2**32, Limits(), read_twice) as pool, ThreadPoolExecutor(6) as threads:
        texts = list(threads.map(lambda f: pool.result(pool.submit(f), f.name).text, files))
    assert [RULES[file.stem][1] in text for file, text in zip(files, texts, strict=True)] == [
        True
    ] * 6


def locked_doc() -> bytes:
    """A Word document that says that it is encrypted."""
    return ole_file({"WordDocument": struct.pack("<5HH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100) * 60})


def locked_ppt() -> bytes:
    """A presentation that says that it is encrypted."""
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xF3D1C4DF)
    return ole_file({"PowerPoint Document": b"x" * 600, "Current User": user})


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("locked.doc", locked_doc(), Fault.PROTECTED),
        ("locked.ppt", locked_ppt(), Fault.PROTECTED),
        ("locked.docx", ole_file({"EncryptedPackage": b"x" * 600}), Fault.PROTECTED),
        ("locked.doc", ole_file({"EncryptedPackage": b"x" * 600}), Fault.PROTECTED),
        ("old.docx", ole_file({"WordDocument": b"x" * 600}), Fault.WRONG_FORMAT),
        ("old.pptx", ole_file({"PowerPoint Document": b"x" * 600}), Fault.WRONG_FORMAT),
        ("sheet.doc", ole_file({"Workbook": b"x" * 600}), Fault.WRONG_FORMAT),
        ("text.doc", b"This is a text.", Fault.WRONG_FORMAT),
        ("text.rtf", b"This is a text, too.", Fault.WRONG_FORMAT),
        ("page.doc", b"<html><img src='http://example.org/a.png'></html>", Fault.NO_TEXT),
        ("half.doc", ole_file({"WordDocument": b"x" * 9000})[:3000], Fault.DAMAGED),
    ],
)
def test_says_what_is_wrong_with_an_old_file(
    write: Write, name: str, content: bytes, fault: Fault
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(write(name, content))
    assert (caught.value.fault, name in str(caught.value)) == (fault, True)


def test_without_libreoffice_a_file_is_refused_with_what_to_install(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableFileError, match=r"libreoffice-writer-nogui.*\.docx") as caught:
        read(write("rules.rtf", r"{\rtf1 A rule.}"))
    assert caught.value.fault == Fault.NEEDS_LIBREOFFICE


@needs_libreoffice
@pytest.mark.parametrize("name", ["nonsense.doc", "nonsense.ppt", "cut.doc", "cut.rtf"])
def test_a_damaged_file_is_told_as_such(old: Path, write: Write, name: str) -> None:
    stream = {"doc": "WordDocument", "ppt": "PowerPoint Document"}.get(name[-3:], "")
    content = ole_file({stream: b"x" * 4800})
    if name.startswith("cut"):
        whole = (old / f"ko.{name[-3:]}").read_bytes()
        content = whole[: len(whole) // 3]
    with pytest.raises(UnreadableFileError) as caught:
        read(write(name, content))
    assert caught.value.fault in (Fault.DAMAGED, Fault.NO_TEXT)


@needs_libreoffice
@pytest.mark.parametrize(
    "bomb",
    [r"{\rtf1 " + "{" * 200_000, r"{\rtf1 A rule.\par\n" + r"\trowd\cellx1\intbl x\cell" * 9],
)
def test_a_bomb_of_rtf_costs_its_file_alone(write: Write, bomb: str) -> None:
    limits = Limits(unpacked_bytes=20_000_000, characters=100_000)
    with ReadingPool(1, 60, 2**32, limits, read_twice) as pool:
        future = pool.submit(write("bomb.rtf", bomb))
        try:
            assert len(pool.result(future, "bomb.rtf").text) < 100_000
        except UnreadableFileError as error:
            assert error.fault != Fault.INTERNAL  # noqa: PT017
    assert offices() == []


class _Counting(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server, and what it is asked for."""
    paths: list[str] = []
    handler = type("Handler", (_Counting,), {"asked": paths})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


@needs_libreoffice
def test_links_to_pictures_objects_and_files_are_not_followed(
    write: Write, asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, paths = asked
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.")
    fields = [
        rf'INCLUDEPICTURE "{address}/a.png" \\d',
        rf'INCLUDETEXT "{secret.as_uri()}"',
        rf'LINK Word.Document.8 "{address}/b.doc" \\a \\r',
    ]
    text = "".join(rf"{{\field{{\*\fldinst {{ {f} }}}}{{\fldrslt shown}}}}\par " for f in fields)
    linked = rf"{{\object\objautlink\objupdate{{\*\objclass htmlfile}}{{\result {text}}}}}"
    path = write(
        "a.rtf", rf"{{\rtf1\ansi{{\*\template {address}/t.dot}}Before.\par {text}{linked}}}"
    )
    source = read(path)
    assert "Before." in source.text
    assert "A secret." not in source.text
    assert paths == []


@needs_libreoffice
def test_a_linked_picture_of_a_word_file_is_not_fetched(
    asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, paths = asked
    page = tmp_path / "a.html"
    page.write_text(f"<p>A rule.</p><img src='{address}/a.png' width=9 height=9>")
    made_by_libreoffice(tmp_path, "doc:MS Word 97", page)
    assert paths != []  # so LibreOffice would fetch it, and it is linked
    paths.clear()
    assert "A rule." in read(tmp_path / "a.doc").text
    assert paths == []


# What is left behind


def offices() -> list[int]:
    """Processes of LibreOffice that convert a file for us."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if "trilogue-office-" in " ".join(process.info["cmdline"] or ())
    ]


def leftovers() -> list[Path]:
    return list(Path(os.environ.get("TMPDIR", "/tmp")).glob("trilogue-office-*"))  # noqa: S108


def soon(condition: Callable[[], bool]) -> bool:
    """Whether something comes true within a minute."""
    end = time.monotonic() + 40
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def beside_endless(write: Write) -> Path:
    """A file beside a LibreOffice that starts processes and never ends."""
    path = write("rules.rtf", r"{\rtf1 A rule.}")
    program = path.with_name("soffice")
    program.write_text('#!/bin/sh\ntrap "" TERM\nsh -c "sleep 600; echo $*" "$@" &\nsleep 600\n')
    program.chmod(0o755)
    return path


def test_at_the_time_limit_nothing_of_it_is_left(beside_endless: Path) -> None:
    with ReadingPool(1, 15.0, 2**32, Limits(), read_with_another) as pool:
        future = pool.submit(beside_endless)
        assert soon(lambda: len(offices()) > 2)
        with pytest.raises(UnreadableFileError) as caught:
            pool.result(future, "rules.rtf")
    assert caught.value.fault == Fault.TOO_SLOW
    assert soon(lambda: not offices())
    assert soon(lambda: not leftovers())


@needs_libreoffice
def test_libreoffice_itself_is_cut_off_at_the_time_limit(write: Write) -> None:
    path = write("rules.rtf", r"{\rtf1 " + r"A rule.\par " * 200_000 + "}")
    with (
        ReadingPool(1, 4.0, 2**32, Limits(), read_twice) as pool,
        pytest.raises(UnreadableFileError) as caught,
    ):
        pool.result(pool.submit(path), "rules.rtf")
    assert caught.value.fault == Fault.TOO_SLOW
    assert soon(lambda: not offices())
    assert soon(lambda: not leftovers())


def test_a_worker_that_is_killed_takes_it_along(beside_endless: Path) -> None:
    with ReadingPool(1, 60.0, 2**32, Limits(), read_with_another) as pool:
        future = pool.submit(beside_endless)
        assert soon(lambda: len(offices()) > 2)
        guard = next(
            p for p in map(psutil.Process, offices()) if "soffice_guard" in str(p.cmdline())
        )
        parent = guard.parent()
        assert parent is not None
        parent.kill()
        with pytest.raises(UnreadableFileError) as caught:
            pool.result(future, "rules.rtf")
    assert caught.value.fault == Fault.CRASHED
    assert soon(lambda: not offices())
    assert soon(lambda: not leftovers())
