# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads of answers whose bodies would be changed: with observe they stay as they came."""
import pytest

from conftest import checked_place
from lab.oidcstage import OidcStage
from lab.replay import answer
from lab.stage import Stage


@pytest.mark.parametrize("engine", ["on", "observe"])
def test_the_head_of_metadata(engine):
    with checked_place(f"test_observe-{engine}") as place:
        stage = Stage(place, extra="EckidMetadataPath /metadata", instead={"EckidEngine": engine})
        stage.set(answer(b"", 'ETag: "x"', length=77, content_type="application/xml"), "/metadata")
        got = stage.get("--head", path="/metadata")
        kept = got.headers.get("content-length") == "77" and got.headers.get("etag") == '"x"'
        assert got.status == 200 and kept == (engine == "observe")


@pytest.mark.parametrize("engine", ["on", "observe"])
def test_the_head_of_discovery(engine):
    with checked_place(f"test_observe-oidc-{engine}") as place:
        stage = OidcStage(place, servers=1, instead={"EckidEngine": engine})
        stage.get("/jwks")
        stage.set("/jwks", answer(b"", 'ETag: "x"', length=77, content_type="application/json"))
        got = stage.get("/jwks", "--head")
        kept = got.headers.get("content-length") == "77" and got.headers.get("etag") == '"x"'
        assert got.status == 200 and kept == (engine == "observe")
