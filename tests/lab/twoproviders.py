# SPDX-License-Identifier: GPL-3.0-or-later
"""Two OpenID providers behind one httpd."""
import copy

from .oidcstage import OidcStage
from .replay import Replay
from .wait import PATIENT

SECOND = """
<Location /second>
  EckidProvider {issuer} backend=http://127.0.0.1:{port}/second {patient}
  ProxyPass http://127.0.0.1:{port}/second
  {lines}
</Location>
"""


class TwoProviders(OidcStage):
    """The second provider has a <Location>, a backend and a key of its own; the kid is the same."""

    LINES = ""  # more in its <Location>

    def conf(self, idp_metadata, blocks, extra="", **instead):
        self.second = second = copy.copy(self)
        second.replay, second.path = Replay(), "/second"
        self.place.at_end(second.replay.close)
        second.issuer, second.key = f"{self.issuer}/second", self.make_key("first")
        second.publish(second.key)
        extra += SECOND.format(issuer=second.issuer, port=second.replay.port, patient=PATIENT,
                               lines=self.LINES)
        return super().conf(idp_metadata, blocks, extra=extra, **instead)
