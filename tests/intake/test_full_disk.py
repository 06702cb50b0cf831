"""A disk that fills where a load works: it is refused in a sentence, nothing is half applied, it passes later."""

from __future__ import annotations

import errno
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.accounts.actors import System
from maillage.intake import actions, storage
from maillage.intake.models import Load
from maillage.kernel.errors import Invalid
from maillage.register.importers import spool
from maillage.register.models import Establishment, Spell
from tests.factories import intake, places, register as firms

pytestmark = pytest.mark.django_db(transaction=True)


class Full:
    """A file of a folder without room: the kernel's own answer, after some bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.device = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 -- closed below

    def write(self, content: bytes) -> int:
        self.room -= len(content)
        return len(content) if self.room > 0 else self.device.write(content)

    def close(self) -> None:
        self.device.close()


@pytest.fixture
def stock(tmp_path: Path) -> tuple[Path, Path]:
    places.places_loaded()
    return firms.sirene_files(tmp_path, [firms.establishment_row(n) for n in range(1, 300)])


def imported(units: Path, establishments: Path) -> tuple[dict[str, Any], int]:
    out, code = StringIO(), 0
    try:
        call_command(
            "import_sirene", units=units, establishments=establishments, territory="mel",
            json=True, stdout=out, stderr=StringIO(),
        )  # fmt: skip
    except SystemExit as end:
        code = int(end.code or 0)
    return json.loads(out.getvalue()), code


@pytest.mark.parametrize("room", [0, 5_000])
def test_a_temporary_folder_without_room_refuses_the_load_with_its_remedy(
    stock: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.setattr(spool, "CHUNK", 40)
    with monkeypatch.context() as full:
        full.setattr(spool, "TemporaryFile", lambda **_how: Full(room))
        told, code = imported(*stock)
    assert code == 1
    assert told["status"] == "refused"
    assert "disque" in json.dumps(told, ensure_ascii=False)
    assert not Load.objects.visible().exists()
    assert not Spell.objects.known().exists()
    told, code = imported(*stock)
    assert (code, told["new"]) == (0, 299), "with room again, the same files pass"
    assert Establishment.objects.known().count() == 299


def test_a_folder_of_files_without_room_refuses_what_is_sent() -> None:
    def full(*_given: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")
        yield b""

    sent = actions.Sent("file", "qpv.geojson", full())
    with pytest.raises(Invalid) as refused:
        actions.receive(source="qpv", files=[sent], given={}, by=System("a test"))
    assert "disque" in str(refused.value.remedy)
    assert not Load.objects.exists(), "nothing is half received"
    assert intake.received(intake.features("Moulins")).pk
    assert storage.folder(Load.objects.get()).is_dir()
