"""What is attached to a mail, written to files without trusting it."""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path, PurePosixPath

from assistant.codes import Fault
from ingest.errors import UnreadableFileError
from ingest.formats import identify
from ingest.members import Member, is_readable, target_in
from ingest.readers import Limits
from ingest.readers.mail.mail_file import open_mail
from ingest.readers.mail.mail_parts import attachments


def detach(mail: Path, limits: Limits, scratch: Path) -> list[Member]:
    """Write the documents that are attached to a mail below ``scratch``.

    Attachments of unknown kinds are passed over, like files in a folder.

    Raises:
        UnreadableFileError: The file is no mail or damaged, or what is attached is beyond a limit.
    """
    identify(mail)
    if mail.stat().st_size > limits.file_bytes:
        raise UnreadableFileError(
            Fault.TOO_LARGE,
            f"{mail.name} has more than {limits.file_bytes >> 20} MiB.",
            "Save its attachments and ingest them, or raise TRILOGUE_MAX_FILE_BYTES.",
        )
    found = list(islice(attachments(open_mail(mail, limits)), limits.members + 1))
    if len(found) > limits.members:
        raise UnreadableFileError(
            Fault.TOO_LARGE,
            f"{mail.name} has more than the {limits.members} attachments that are allowed.",
            "Save them and ingest them, or raise TRILOGUE_MAX_ARCHIVE_FILES.",
        )
    folder = Path(tempfile.mkdtemp(dir=scratch))
    members, left = [], limits.unpacked_bytes
    for attached in found:
        if not is_readable(attached.name):
            continue
        try:
            content = attached.content()
        # Python's writer of mails runs into all that its parser has let through.
        except Exception as error:
            reason = f"{mail.name}: {attached.name!r} is damaged: {type(error).__name__}"
            problem = UnreadableFileError(Fault.DAMAGED, reason)
            members.append(Member(attached.name, problem=problem))
            continue
        left -= len(content)
        if left < 0:
            raise UnreadableFileError(
                Fault.TOO_LARGE,
                f"The attachments of {mail.name} have more than {limits.unpacked_bytes >> 20} MiB.",
                "Save them and ingest them, or raise TRILOGUE_MAX_UNPACKED_BYTES.",
            )
        members.append(Member(attached.name, _written(content, attached.name, folder)))
    return members


def _written(content: bytes, name: str, folder: Path) -> Path:
    target = target_in(folder, PurePosixPath(name))
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    return target
