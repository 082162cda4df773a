# SPDX-License-Identifier: GPL-3.0-or-later
"""One LAS behind several locations, which share what they learn about it."""
from conftest import checked_place
from lab.people import make_person
from lab.replay import answer
from lab.stage import Stage
from lab.wait import PATIENT


class Shared(Stage):
    """Below /same stands the same EckidLas line as around it, below /other another one."""

    def __init__(self, place):
        self.las_line = lambda s: (f"{s.las.base} ca={s.authority.crt_file} failures=1 pause=60s "
                                   f"{PATIENT}")
        super().__init__(place, instead={"EckidLas": self.las_line, "EckidCache": None})

    def conf(self, *arguments, **more):
        line = f"EckidLas {self.las_line(self)}"
        more["extra"] += (f"<Location /same>\n{line}\n</Location>\n"
                          f"<Location /other>\n{line} wait=1s\n</Location>")
        return super().conf(*arguments, **more)

    def log_in(self, path):
        self.people.append(person := make_person())
        self.set(answer(self.page(person=person)), path)
        self.get(path=path)
        return self.last_line("login at")


def test_the_same_line_twice_is_one_las():
    with checked_place("test_las_shared") as place:
        stage = Shared(place)
        stage.las.behave = lambda handler: handler.send_json(503, {})
        assert "ECK0304" in stage.log_in("/sso")
        assert "ECK0311" in stage.log_in("/same/1")
        stage.las.behave = None
        assert "gets the ECK iD" in stage.log_in("/other/1")
        assert "ECK0311" in stage.log_in("/same/2")
