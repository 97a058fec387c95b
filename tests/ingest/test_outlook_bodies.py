"""Bodies that Outlook keeps as RTF, and messages that it packs into ``winmail.dat``."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from mail_files import eml, msg, ole_file, stored, tnef
from test_coverage import covered

from assistant.codes import Fault, RemarkKind
from ingest.attachments import detach
from ingest.errors import UnreadableFileError
from ingest.readers import Limits, read
from ingest.readers.conversion import libreoffice
from ingest.readers.mail.rtf_body import content, unpacked
from ingest.reading import read_twice

Write = Callable[[str, str | bytes], Path]
needs_libreoffice = pytest.mark.skipif(libreoffice() is None, reason="needs LibreOffice")

#: As Outlook writes it: HTML in groups that only it knows, beside what other programs show.
FROM_HTML = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}"
    rb"{\f1\fnil\fcharset129 Malgun;}{\f2\fnil\fcharset178 Arial;}}{\colortbl\red0\green0\blue0;}"
    rb"\uc1\pard\plain\deftab360 \f0\fs24 {\*\htmltag19 <html>}{\*\htmltag50 <body>}"
    rb"\htmlrtf \pard\plain\htmlrtf0 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
    rb"\f1 \'b0\'fa\'c1\'a6 \f2 \'e4\'ca\'ed\'cc\'c9 \f0 a{\*\htmltag84 &lt;}\htmlrtf <\htmlrtf0 b"
    rb"\u8364?7 \'80\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\mhtmltag64 <p>lost</p>}"
    rb"{\*\htmltag64 <li>}{\pntext 9.\tab}\u-10179?\u-8704?{\*\htmltag72 </li>}"
    rb"{\*\htmltag240 <table><tr><td>}Fee{\*\htmltag148 </td><td>}41{\*\htmltag148 </td></tr>"
    rb"<tr><td>}Late{\*\htmltag148 </td><td>}52{\*\htmltag148 </td></tr></table>}"
    rb"{\*\htmltag58 </body>}}"
)
RTF = (
    rb"{\rtf1\ansi\ansicpg949\deff0{\fonttbl{\f0\fnil\fcharset129 Malgun;}}\pard\f0 "
    rb"\u48372?\u51613?\u44552?\u51008? 41,000\u50896?.\par {\strike 30 days} 60 days\par }"
)


@pytest.mark.parametrize(
    ("packed", "rtf"),
    [  # the examples of [MS-OXRTFCP]
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af3206865"
            "6c090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        (
            "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0",
            rb"{\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
        ),
    ],
)
def test_rtf_is_unpacked(packed: str, rtf: bytes) -> None:
    assert unpacked(bytes.fromhex(packed)) == rtf
    assert unpacked(stored(rtf)) == rtf


def test_html_in_rtf_is_html_again() -> None:
    assert content(FROM_HTML) == (
        "html",
        "<html><body><p>과제 نتيجة a&lt;b€7 €</p><li>😀</li><table><tr><td>Fee</td><td>41</td></tr>"
        "<tr><td>Late</td><td>52</td></tr></table></body>",
    )


def test_plain_text_in_rtf_is_plain_again() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1256\fromtext{\fonttbl{\f0 A;}}\f0 1 < 2\par \'c7\'e1\tab x\{\}\par}"
    )
    assert content(rtf) == ("plain", "1 < 2\r\nال\tx{}\r\n")
    assert content(RTF) is None


def test_a_message_whose_html_is_in_rtf_keeps_its_table(write: Write) -> None:
    storage = msg("Fees", "과제 نتيجة a<b€7 €\r\n😀\r\nFee 41\r\nLate 52")
    storage["__substg1.0_10090102"] = stored(FROM_HTML)
    source = read_twice(write("fees.msg", ole_file(storage)), Limits())
    assert "| Fee | 41 |" in source.text
    assert "과제 نتيجة a\\<b" in source.text
    found = covered(source)
    assert found is not None
    assert found.share == 1.0


@needs_libreoffice
def test_a_message_that_is_there_as_rtf_only_is_read(write: Write) -> None:
    storage = msg("규칙")
    storage["__substg1.0_10090102"] = stored(RTF)
    source = read(write("rules.msg", ole_file(storage)))
    assert "보증금은 41,000원" in source.text
    assert "60 days" in source.text
    assert "30 days" not in source.text
    assert [remark.kind for remark in source.remarks] == [RemarkKind.HIDDEN]


@needs_libreoffice
@pytest.mark.parametrize("kind", ["text/rtf", "application/rtf"])
def test_a_mail_that_is_there_as_rtf_only_is_read(write: Write, kind: str) -> None:
    mail = b"Subject: Rules\r\nContent-Type: %s\r\n\r\n%s" % (kind.encode(), RTF)
    assert "보증금은 41,000원" in read(write("rules.eml", mail)).text


def test_without_libreoffice_rtf_is_refused_and_a_plain_version_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.readers.conversion.libreoffice", lambda: None)
    alone = b"Subject: Rules\r\nContent-Type: text/rtf\r\n\r\n" + RTF
    with pytest.raises(UnreadableFileError) as caught:
        read(write("rules.eml", alone))
    assert caught.value.fault == Fault.NEEDS_LIBREOFFICE
    assert "rules.eml" in str(caught.value)
    mail = EmailMessage()
    mail.set_content("The deposit is 41,000 won.")
    mail.add_alternative(RTF, maintype="text", subtype="rtf")
    assert "41,000 won" in read(write("both.eml", bytes(mail))).text


def test_a_body_that_cannot_be_unpacked_is_damaged(write: Write) -> None:
    storage = msg("Rules")
    storage["__substg1.0_10090102"] = bytes(8) + b"ABCD" + bytes(8)
    with pytest.raises(UnreadableFileError) as caught:
        read(write("rules.msg", ole_file(storage)))
    assert caught.value.fault == Fault.DAMAGED


def test_what_is_struck_out_in_html_does_not_stand_in_its_plain_version(write: Write) -> None:
    mail = eml("Loans", "Return books within 30 days 60 days.", "<p>Return books within <s>30 days"
               "</s> 60 days.</p>")  # fmt: skip
    text = read(write("loans.eml", bytes(mail))).text
    assert "60 days" in text
    assert "30 days" not in text


def test_the_longer_version_is_read_where_each_says_something_else(write: Write) -> None:
    mail = eml("Loans", "Members may borrow six books for a term. " * 3, "<p>See the file.</p>")
    assert "six books" in read(write("loans.eml", bytes(mail))).text


# winmail.dat


def packed_mail(plain: str, data: bytes, kind: str = "ms-tnef") -> bytes:
    """A mail with a text and what Outlook packed."""
    mail = EmailMessage()
    mail["Subject"] = "Fees"
    mail.set_content(plain)
    mail.add_attachment(data, maintype="application", subtype=kind, filename="winmail.dat")
    return bytes(mail)


@pytest.mark.parametrize("kind", ["ms-tnef", "vnd.ms-tnef", "octet-stream"])
def test_what_outlook_packed_is_unpacked(write: Write, tmp_path: Path, kind: str) -> None:
    data = tnef(
        {0x10090102: stored(FROM_HTML)},
        {0x3707001F: "규정.md".encode("utf-16-le") + b"\0\0", 0x37010102: "# 대출\n".encode()},
        {0x3707001F: "표.xls\0".encode("utf-16-le"), 0x3701000D: bytes(16) + b"object"},
    )
    path = write("fees.eml", packed_mail("The office is closed on Monday.", data, kind))
    source = read_twice(path, Limits())
    for said in ("The office is closed on Monday.", "| Fee | 41 |", "과제 نتيجة"):
        assert said in source.text
    found = covered(source)
    assert found is not None
    assert found.share == 1.0
    members = {member.name: member for member in detach(path, Limits(), tmp_path)}
    assert set(members) == {"규정.md", "표.xls"}
    assert members["규정.md"].path is not None
    assert members["규정.md"].path.read_text("utf-8") == "# 대출\n"
    with pytest.raises(UnreadableFileError, match="empty"):  # an object of another program
        read(members["표.xls"].path or path)


def test_a_packed_text_that_says_the_same_stands_once(write: Write) -> None:
    plain = "The deposit is 41,000 won. It is paid back within 30 days."
    data = tnef({0x1000001F: plain.encode("utf-16-le")})
    source = read_twice(write("fees.eml", packed_mail(plain, data)), Limits())
    assert source.text.count("41,000") == 1
    found = covered(source)
    assert found is not None
    assert found.share == 1.0


def test_a_message_in_a_packed_one_is_a_document(write: Write, tmp_path: Path) -> None:
    inner = tnef(
        {0x0037001F: "안내".encode("utf-16-le"), 0x1000001F: "등록금 없음".encode("utf-16-le")}
    )
    message_id = bytes.fromhex("0703020000000000c000000000000046")
    data = tnef({}, {0x3701000D: message_id + inner})
    path = write("outer.eml", packed_mail("See the message.", data))
    first, again = (detach(path, Limits(), tmp_path)[0] for _ in range(2))
    assert first.name == "안내.eml"
    assert first.path is not None
    assert again.path is not None
    assert first.path.read_bytes() == again.path.read_bytes()
    assert "등록금 없음" in read(first.path).text


@pytest.mark.parametrize("cut", [3, 40, 90])
def test_what_cannot_be_unpacked_is_reported(write: Write, cut: int) -> None:
    data = tnef({0x1000001F: "Fee 41".encode("utf-16-le")}, {0x37010102: b"x" * 50})[:cut]
    source = read(write("fees.eml", packed_mail("See the file.", data)))
    (remark,) = source.remarks
    assert remark.kind == RemarkKind.LEFT_OUT
    assert "winmail.dat" in remark.detail


def test_what_is_packed_counts_towards_the_limit(write: Write) -> None:
    data = tnef({0x1000001F: "Fee 41".encode("utf-16-le") * 400})
    with pytest.raises(UnreadableFileError) as caught:
        read(write("fees.eml", packed_mail("See.", data)), Limits(unpacked_bytes=2000))
    assert caught.value.fault == Fault.TOO_LARGE
