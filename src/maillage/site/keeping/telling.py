"""What the commands say of a backup or an export, to a person and to a program."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from maillage.site.keeping.manifest import Content


def folder(text: str) -> Path:
    """A folder as one types it, which must be there.

    Raises:
        ArgumentTypeError: it is not.
    """
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"“{text}” is no folder")
    return path


def told(outcome: str, folder: Path, content: Content, **more: Any) -> dict[str, Any]:
    """The answer to a program."""
    return {
        "outcome": outcome,
        "folder": str(folder),
        "made_at": content.made_at,
        "version": content.product,
        "database": content.database,
        "rows": content.rows,
        "tables": {name: table.rows for name, table in content.tables.items()},
        "files": len(content.files),
        "heads": content.heads,
        "ledger": content.ledger,
        "settings": content.settings,
        **more,
    }


def said(answer: dict[str, Any], *, as_json: bool) -> str:
    """The answer as it is printed."""
    if as_json:
        return json.dumps(answer, ensure_ascii=False)
    instance = f"Instance of {answer['made_at']}, version {answer['version']}"
    held = f"{answer['rows']} rows in {len(answer['tables'])} tables, {answer['files']} files"
    lines = [f"{answer['outcome'].capitalize()}: {answer['folder']}", f"{instance}: {held}."]
    lines += [f"{head['keeper']} {head['seq']} {head['hash']}" for head in answer["heads"]]
    if broken := (answer["ledger"] or {}).get("broken"):
        lines.append(
            f"WARNING: {len(broken)} chains of acts do not verify, and did not when this was"
            " written. See maillage verify_ledger."
        )
    return "\n".join(lines)


def from_folder(parser: argparse.ArgumentParser, what: str) -> None:
    """Where an instance comes from, and whom it must not bring back."""
    parser.add_argument(
        "--from", type=folder, required=True, metavar="DIR", dest="source", help=what
    )
    parser.add_argument("--erasures", type=Path, metavar="FILE",
                        help="the list of erased firms that was kept elsewhere")  # fmt: skip
