"""Mails: the body is a document, what is attached are documents of their own."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from mail_files import eml, msg, ole_file
from test_coverage import covered

from assistant.codes import Fault, RemarkKind
from assistant.index.store import PassageStore
from assistant.ingestion.options import JobOptions
from assistant.storage.registry import DocumentRegistry
from ingest.attachments import detach
from ingest.containers import DEEPEST, ContainerOpener
from ingest.errors import UnreadableFileError
from ingest.job import IngestionJob
from ingest.members import Member
from ingest.readers import Limits, read
from ingest.reading import read_twice

Write = Callable[[str, str | bytes], Path]

KOREAN = "교환학생 신청은 3월에 받습니다.\n등록금은 없습니다."
ARABIC = "يبدأ تقديم طلبات التبادل في مارس.\nلا توجد رسوم."
ENGLISH = "Apply for the exchange in March.\nThere is no fee."


def raw(headers: str, body: bytes) -> bytes:
    """A mail as it is sent."""
    return headers.strip().replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body


@pytest.fixture
def documents(tmp_path: Path) -> Callable[..., dict[str, Member]]:
    """What is in a file, by name."""

    def found(path: Path, limits: Limits | None = None) -> dict[str, Member]:
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        opener = ContainerOpener(scratch, limits or Limits(), partial(detach, scratch=scratch))
        return {member.name: member for member in opener.documents(path)}

    return found


# The mail itself


@pytest.mark.parametrize(
    ("subject", "body"),
    [("교환학생 안내", KOREAN), ("إعلان التبادل", ARABIC), ("Exchange", ENGLISH)],
)
@pytest.mark.parametrize("kind", ["eml", "msg"])
def test_a_mail_has_its_subject_as_title_and_says_who_wrote_when(
    write: Write, subject: str, body: str, kind: str
) -> None:
    content = bytes(eml(subject, body)) if kind == "eml" else ole_file(msg(subject, body))
    source = read_twice(write(f"mail.{kind}", content), Limits())
    assert source.title == subject
    lines = source.text.split("\n")
    assert lines[0] == "From: Office"
    assert lines[1] == ("To: All" if kind == "eml" else "To: Kim, Lee")
    assert lines[2].startswith("Date: 2026-03-01 ")
    assert "\n".join(lines[4:]) == body
    found = covered(source)
    assert found is not None
    assert found.share == 1.0


@pytest.mark.parametrize(
    ("encoding", "stated", "text"),
    [
        ("euc-kr", "euc-kr", KOREAN),
        ("cp949", "ks_c_5601-1987", f"{KOREAN} 똠방각하"),
        ("iso2022_kr", "iso-2022-kr", KOREAN),
        ("windows-1256", "windows-1256", ARABIC),
        ("utf-8", "utf-8", ARABIC),
        # Stated wrongly, or not at all
        ("cp949", "iso-8859-1", KOREAN),
        ("cp949", "us-ascii", KOREAN),
        ("cp949", "utf-8", KOREAN),
        ("windows-1256", "iso-8859-1", ARABIC),
        ("utf-8", "windows-1252", ARABIC),
        ("cp949", "x-unknown", KOREAN),
        ("utf-8", "", KOREAN),
        # Western European texts stay what they are
        ("latin-1", "iso-8859-1", "Élèves étrangers: les frais déjà payés sont remboursés."),
        ("cp1252", "iso-8859-1", "Für Gäste gilt: „Prüfungen“ sind später möglich."),
    ],
)
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_a_body_is_decoded_as_it_is_stated_or_as_it_must_be(
    write: Write, encoding: str, stated: str, text: str, transfer: str
) -> None:
    data = text.replace("\n", "\r\n").encode(encoding)
    if transfer == "base64":
        data = base64.encodebytes(data)
    elif transfer == "quoted-printable":
        data = b"".join(
            bytes([b]) if b in (10, 13, *range(33, 61), *range(62, 127)) else b"=%02X" % b
            for b in data
        )
    charset = f"; charset={stated}" if stated else ""
    headers = (
        f"Subject: x\nContent-Type: text/plain{charset}\nContent-Transfer-Encoding: {transfer}"
    )
    assert read(write("mail.eml", raw(headers, data))).text == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?utf-8?B?" + base64.b64encode("교환학생".encode()).decode() + "?=", "교환학생"),
        ("=?euc-kr?Q?=B1=B3=C8=AF?= =?EUC-KR?Q?=C7=D0=BB=FD?=", "교환학생"),
        ("Re: =?windows-1256?Q?=C7=E1=E4=D9=C7=E3?= 2026", "Re: النظام 2026"),
        # A character cut in two, as some programs do
        ("=?utf-8?Q?=EA=B5?= =?utf-8?Q?=90=ED=99=98?=", "교환"),
        ("=?utf-8*ko?Q?=EA=B5=90?=", "교"),
        ("=?nothing?B?%%%?= stays readable", "%%% stays readable"),
    ],
)
def test_a_subject_is_decoded(write: Write, written: str, shown: str) -> None:
    assert read(write("mail.eml", raw(f"Subject: {written}", b"Text."))).title == shown


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_subject_that_is_not_encoded_as_it_ought_to_be_is_decoded(
    write: Write, encoding: str
) -> None:
    head = b"Subject: " + "교환학생 신청 안내".encode(encoding)
    assert read(write("mail.eml", head + b"\r\n\r\nText.")).title == "교환학생 신청 안내"


def test_plain_text_is_read_where_the_html_says_the_same(write: Write) -> None:
    same = "<p>Apply for the exchange in March.</p><p>There is no fee.</p>"
    source = read(write("a.eml", bytes(eml("s", ENGLISH, same))))
    assert (source.markup, source.text.endswith(ENGLISH)) == ("plain", True)


def test_html_is_read_where_it_says_more(write: Write) -> None:
    html = "<h2>Rule 1</h2><p>Apply in March.</p><p style='display:none'>preview</p>"
    source = read_twice(
        write("a.eml", bytes(eml("s", "Your program does not show HTML.", html))), Limits()
    )
    assert source.markup == "markdown"
    assert source.text.endswith("## Rule 1\n\nApply in March.")
    assert "From: Office" in source.text
    assert RemarkKind.HIDDEN in {remark.kind for remark in source.remarks}
    found = covered(source)
    assert found is not None
    assert found.share > 0.95


def test_a_table_keeps_its_rows(write: Write) -> None:
    html = (
        "<p>등록금 안내</p><table><tr><th>구분</th><th>금액</th></tr>"
        "<tr><td>등록금</td><td>100만원</td></tr></table>"
    )
    plain = "등록금 안내\n구분\n금액\n등록금\n100만원"
    assert "| 등록금 | 100만원 |" in read(write("a.eml", bytes(eml("s", plain, html)))).text


def test_lines_that_were_broken_for_sending_are_joined(write: Write) -> None:
    head = "Subject: s\nContent-Type: text/plain; format=flowed; charset=utf-8"
    body = b"This sentence \r\ngoes on.\r\n\r\nA new one.\r\n-- \r\nThe office"
    text = read(write("a.eml", raw(head, body))).text
    assert text == "This sentence goes on.\n\nA new one.\n-- \nThe office"


def test_a_text_that_is_lost_is_missed(write: Write) -> None:
    source = read_twice(write("a.eml", bytes(eml("s", f"{ENGLISH}\n\nA last word."))), Limits())
    shorter = covered(type(source)(source.text[:60], "plain", visible=source.visible))
    assert shorter is not None
    assert shorter.share < 0.95


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("no.msg", b"This is no message.", Fault.WRONG_FORMAT),
        ("other.msg", ole_file({"WordDocument": b"x" * 600}), Fault.WRONG_FORMAT),
        ("half.msg", ole_file(msg("s", "text" * 4000))[:9000], Fault.DAMAGED),
        ("picture.eml", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, Fault.WRONG_FORMAT),
        ("text.eml", "규칙은 하나다.".encode(), Fault.WRONG_FORMAT),
        ("empty.eml", b"Subject: nothing\r\n\r\n\r\n", Fault.NO_TEXT),
        ("empty.msg", ole_file(msg("nothing")), Fault.NO_TEXT),
        (
            "sealed.eml",
            b"Subject: s\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nMIIB",
            Fault.PROTECTED,
        ),
    ],
)
def test_says_what_is_wrong_with_a_mail(
    write: Write, name: str, content: bytes, fault: Fault
) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(write(name, content))
    assert (caught.value.fault, name in str(caught.value)) == (fault, True)


# What is attached


@pytest.mark.parametrize(
    "field",
    [
        "filename*=UTF-8''%EA%B7%9C%EC%A0%95.md",
        "filename*0*=euc-kr''%B1%D4; filename*1*=%C1%A4.md",
        "filename==?euc-kr?B?sdTBpC5tZA==?=",
        'filename="=?utf-8?B?6rec7KCVLm1k?="',
        f'filename="{unicodedata.normalize("NFD", "규정.md").encode().decode("latin-1")}"',
        f'filename="{"규정.md".encode("cp949").decode("latin-1")}"',
    ],
)
def test_names_of_attachments_are_decoded(
    write: Write, documents: Callable[..., dict[str, Member]], field: str
) -> None:
    head = f"Subject: s\nContent-Type: text/plain\nContent-Disposition: attachment; {field}"
    assert set(documents(write("a.eml", raw(head, b"A rule.")))) == {"", "규정.md"}


def test_names_are_not_trusted(write: Write, documents: Callable[..., dict[str, Member]]) -> None:
    mail = EmailMessage()
    mail["Subject"] = "s"
    mail.set_content("Text.")
    names = ["../../up.md", "/etc/root.md", "C:\\a\\drive.md", "same.md", "Same.md", ".hidden.md",
             "a!/b.md", "line\x07break.md", "..", "x" * 400 + ".md"]  # fmt: skip
    for name in names:
        mail.add_attachment(b"A rule.", maintype="text", subtype="markdown", filename=name)
    found = documents(write("a.eml", bytes(mail)))
    short = {name for name in found if len(name) < 100}
    assert short == {
        *("", "up.md", "root.md", "drive.md", "same.md", "Same (2).md", "hidden.md", "b.md"),
        "linebreak.md",
    }
    assert sum(len(name) > 100 for name in found) == 1
    for member in found.values():
        assert member.path is not None
        assert ".." not in member.path.parts


def test_pictures_and_unknown_kinds_are_passed_over_and_the_latter_told(
    write: Write, documents: Callable[..., dict[str, Member]]
) -> None:
    mail = eml("s", ENGLISH, f"<p>{ENGLISH}</p>", data__bin=b"x", rules__txt=b"A rule.")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    path = write("a.eml", bytes(mail))
    assert set(documents(path)) == {"", "rules.txt"}
    (remark,) = read(path).remarks
    assert (remark.kind, remark.detail.endswith(": data.bin")) == (RemarkKind.LEFT_OUT, True)


def test_mails_and_archives_in_a_mail_are_opened(
    write: Write, documents: Callable[..., dict[str, Member]]
) -> None:
    inner = eml("규정 전달", "Inner.", deep__txt=b"A deep rule.")
    outer = eml("s", "Outer.")
    outer.add_attachment(inner)
    assert set(documents(write("a.eml", bytes(outer)))) == {
        *("", "규정 전달.eml", "규정 전달.eml!/deep.txt"),
    }
    message = msg("i", "Inner.", files=[("deep.txt", b"A deep rule.")], within=True)
    found = documents(write("a.msg", ole_file(msg("s", "O.", files=[("이전 메일.msg", message)]))))
    assert set(found) == {"", "이전 메일.eml", "이전 메일.eml!/deep.txt"}
    deep = found["이전 메일.eml!/deep.txt"].path
    assert deep is not None
    assert deep.read_bytes() == b"A deep rule."


@pytest.mark.parametrize("depth", [100, 600, 5000])
def test_a_mail_in_a_mail_is_opened_to_a_depth_or_refused(
    write: Write, documents: Callable[..., dict[str, Member]], depth: int
) -> None:
    head = b"Subject: deep\r\nContent-Type: message/rfc822\r\n\r\n"
    found = list(documents(write("a.eml", head * depth + b"Subject: in\r\n\r\nText.")).values())
    last = found[-1].problem
    assert last is not None
    assert last.fault in (Fault.ARCHIVE_ENTRY, Fault.DAMAGED)
    assert len(found) <= DEEPEST + 2


def test_many_attachments_are_refused(
    write: Write, documents: Callable[..., dict[str, Member]]
) -> None:
    part = b"--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nA rule.\r\n"
    head = "Subject: s\nContent-Type: multipart/mixed; boundary=b"
    path = write("a.eml", raw(head, part * 501 + b"--b--\r\n"))
    (member,) = documents(path, Limits(members=500)).values()
    assert member.problem is not None
    assert member.problem.fault == Fault.TOO_LARGE


def test_all_that_is_in_a_mail_shares_one_limit(
    write: Write, documents: Callable[..., dict[str, Member]]
) -> None:
    inner = eml("inner", "Text.", b__txt=b"x" * 60_000)
    outer = eml("outer", "Text.", a__txt=b"x" * 60_000)
    outer.add_attachment(inner)
    found = documents(write("a.eml", bytes(outer)), Limits(unpacked_bytes=180_000))
    problem = found["inner.eml"].problem
    assert problem is not None
    assert problem.fault == Fault.TOO_LARGE


def test_streams_that_share_their_bytes_are_counted_each(write: Write) -> None:
    storage = msg("s", "Text.", files=[(f"{i}.txt", b"x" * 5000) for i in range(50)])
    path = write("a.msg", ole_file(storage))
    with pytest.raises(UnreadableFileError) as caught:
        read(path, Limits(unpacked_bytes=100_000))
    assert caught.value.fault == Fault.TOO_LARGE


# In a job


def test_a_mail_and_its_attachments_are_ingested_once(
    job: IngestionJob, store: PassageStore, registry: DocumentRegistry, write: Write
) -> None:
    message = msg("i", "Inner rule.", files=[("deep.txt", b"A deep rule.")], within=True)
    write("b.msg", ole_file(msg("s", "Second rule.", files=[("inner.msg", message)])))
    folder = write("a.eml", bytes(eml("s", "First rule.", x__md=b"Third rule."))).parent
    report = job.run([folder])
    assert report.counts == {"added": 5}
    origins = {Path(r.origin).name for r in registry.documents()}
    assert origins == {"a.eml", "x.md", "b.msg", "inner.eml", "deep.txt"}
    assert f"{folder}/b.msg!/inner.eml!/deep.txt" in {r.origin for r in registry.documents()}
    assert job.run([folder]).counts == {"unchanged": 5}
    write("a.eml", bytes(eml("s", "First rule.")))
    assert job.run([folder], JobOptions(prune=True)).counts["removed"] == 1


def test_documents_of_a_mail_that_is_damaged_now_are_not_pruned(
    job: IngestionJob, registry: DocumentRegistry, write: Write
) -> None:
    storage = msg("s", "Second rule. " * 900, files=[("x.txt", b"A rule.")])
    path = write("b.msg", ole_file(storage))
    assert job.run([path.parent]).counts == {"added": 2}
    path.write_bytes(path.read_bytes()[:9000])
    report = job.run([path.parent], JobOptions(prune=True))
    assert report.counts == {"failed": 1}
    assert len(registry.documents()) == 2


def test_other_kinds_of_text_in_a_body_are_read_or_reported(write: Write) -> None:
    mail = eml("Rules", "The deposit is 41,000 won.")
    mail.make_mixed()
    for kind, text in (
        ("markdown", "열쇠는 52,000원이다."),
        ("enriched", "<bold>الغرامة 7,300</bold>"),
        ("calendar", "BEGIN:VCALENDAR\nSUMMARY:Meeting\nEND:VCALENDAR"),
    ):
        part = EmailMessage()
        part.set_content(text, subtype=kind)
        mail.attach(part)
    source = read(write("rules.eml", bytes(mail)))
    for said in ("The deposit is 41,000 won.", "열쇠는 52,000원이다.", "الغرامة 7,300"):
        assert said in source.text
    assert "bold" not in source.text
    (remark,) = source.remarks
    assert remark.kind == RemarkKind.LEFT_OUT
    assert "text/calendar" in remark.detail


def test_what_stands_elsewhere_is_reported(write: Write) -> None:
    parts = b"".join(
        b"--x\r\nContent-Type: " + kind + b"\r\n\r\n" + text + b"\r\n"
        for kind, text in (
            (b"text/plain", b"The deposit is 41,000 won."),
            (b"message/external-body; access-type=URL", b"Content-Type: application/pdf\r\n"),
            (b"message/partial; number=1; id=a", b"Subject: half\r\n\r\nhalf"),
        )
    )
    head = "Subject: Rules\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x"
    (remark,) = read(write("rules.eml", raw(head, parts + b"--x--\r\n"))).remarks
    assert remark.kind == RemarkKind.LEFT_OUT
    assert "message/external-body, message/partial" in remark.detail
