"""The operator's archive is looked at before the start."""

from __future__ import annotations

import pytest

from realtime.errors import BadSetting
from realtime.http.tiles import open_archive
from realtime.settings import from_environ
from tests.support.tiles import picture, write_archive


def test_without_the_setting_there_is_no_archive():
    assert open_archive(from_environ({}).map_tiles) is None


def test_the_setting_names_the_archive(tmp_path):
    path = write_archive(tmp_path / "town.pmtiles", picture("red"))
    archive = open_archive(from_environ({"PALIER_MAP_TILES": str(path)}).map_tiles)
    assert archive is not None
    assert archive.path == path.resolve()


def test_the_version_is_of_what_the_file_holds_not_of_its_name(tmp_path):
    one = write_archive(tmp_path / "one.pmtiles", picture("red"))
    same = write_archive(tmp_path / "same.pmtiles", picture("red"))
    other = write_archive(tmp_path / "other.pmtiles", picture("red"), "© Ville")
    found = [open_archive(str(path)) for path in (one, same, other)]
    versions = [archive.version for archive in found if archive]
    assert versions[0] == versions[1] != versions[2]


def test_a_wrong_file_stops_the_start_with_one_line(tmp_path):
    junk = tmp_path / "junk.pmtiles"
    junk.write_bytes(b"PMTiles\x02" + b"\0" * 200)
    for path in (tmp_path / "none.pmtiles", junk, tmp_path):
        with pytest.raises(BadSetting, match=r"^PALIER_MAP_TILES: ") as bad:
            open_archive(str(path))
        assert "\n" not in str(bad.value)
