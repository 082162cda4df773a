# SPDX-License-Identifier: GPL-3.0-or-later
"""While the server runs, one child warns once of what expires soon."""
import os

from conftest import checked_place
from lab.clock import Clock
from lab.pki import Pair
from lab.replay import answer
from lab.signer import Signer
from lab.stage import Stage
from lab.wait import eventually


def told(stage, *words):
    return stage.gateway.lines("ECK010", *words)


def test_each_warning_is_given_once_by_all_children():
    with checked_place("test_expiry-once") as place:
        stage = Stage(place, mpm="prefork", servers=3)
        soon, sooner = Signer(place, name="soon"), Signer(place, name="sooner")
        soon.pair = Pair(place, "soon", days=(-1, 20))
        sooner.pair = Pair(place, "sooner", days=(-1, 5.5))

        def replace(signer):
            stage.signer = signer
            os.replace(place.file("next.xml", signer.metadata()), stage.idp_metadata)

        def is_read_by(count):
            assert stage.answer_to().status in (200, 502)
            return len(stage.gateway.lines("has changed and was read again")) >= count

        assert stage.answer_to().status == 200 and not told(stage)
        replace(soon)
        eventually(lambda: is_read_by(3), "three children read the file")
        assert len(told(stage)) == 1 and told(stage, "ECK0108", "SHA-256", "in 19 days")
        replace(sooner)
        eventually(lambda: is_read_by(6), "three children read the next file")
        assert len(told(stage)) == 2 and told(stage, "in 5 days")


def test_what_was_told_at_start_is_not_told_again():
    with checked_place("test_expiry-start") as place:
        soon = Pair(place, "soon", days=(-1, 20))
        stage = Stage(place, instead={"EckidSigningKey": f"{soon.key_file} {soon.crt_file}"})
        at_start = len(told(stage))
        assert at_start
        for _ in range(5):
            assert stage.answer_to().status == 200
        assert len(told(stage)) == at_start


def test_a_threshold_that_passes_meanwhile_is_told():
    with checked_place("test_expiry-passes") as place:
        soon = Pair(place, "soon", days=(-1, 2))
        stage = Stage(place, instead={"EckidSigningKey": f"{soon.key_file} {soon.crt_file}"})
        clock = Clock(place)
        stage.gateway.stop()
        clock.into(stage.gateway)
        stage.gateway.start()
        stage.set(answer("<html>ordinary</html>"))
        stage.get()
        assert not told(stage, "soon.crt", "in 23 hours")
        clock.ahead(24 * 3600 + 1800)
        stage.get()
        assert told(stage, "soon.crt", "in 23 hours")
