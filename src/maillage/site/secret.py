"""The secret that signs sessions and links: made on the first run and kept beside the data."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path


def kept(path: Path, *, size: int = 64) -> str:
    """The secret of this file, made when there is none, readable by its owner only.

    Several processes may start at once on a new instance: the file appears whole or not at all, and
    all of them read the same one.
    """
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent)  # created with owner-only rights
        draft = Path(name)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(size))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was faster: its secret is the one
        finally:
            draft.unlink()
    return path.read_text().strip()
