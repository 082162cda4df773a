# SPDX-License-Identifier: GPL-3.0-or-later
"""Keycloak on a port of loopback, and its admin API."""
import http.client
import json
import os
import secrets

from .browser import Browser


class Behind(Browser):
    """A browser that reaches Keycloak itself, as the gateway in front of it does."""

    def __init__(self, port, **headers):
        super().__init__(X_Forwarded_Proto="https", **headers)
        self.port = port

    def connect(self, parts):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)


class Keycloak:
    """One server with an empty database, which believes that browsers see it at a public URL."""

    def __init__(self, place, home, public):
        self.port, self.public, self.token = place.port(), public, None
        self.password = secrets.token_urlsafe(12)
        env = {**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
               "KC_BOOTSTRAP_ADMIN_PASSWORD": self.password,
               "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1"}  # it does not live long
        self.process = place.start(
            [home / "bin/kc.sh", "start", "--optimized", f"--hostname={public}",
             "--proxy-headers=xforwarded", "--http-enabled=true", "--http-host=127.0.0.1",
             f"--http-port={self.port}"], "keycloak", env)

    def wait(self):
        self.process.wait_for_port(self.port)

    def browser(self, **headers):
        return Behind(self.port, **headers)

    def admin(self, method, path, value=None):
        """A call of the admin API; returns its JSON, or the ID of what was made."""
        answer = self.call(method, path, value)
        if answer.status == 401:  # the token is good for a minute
            self.token = self.browser().once(
                f"{self.public}/realms/master/protocol/openid-connect/token",
                {"grant_type": "password", "client_id": "admin-cli", "username": "admin",
                 "password": self.password}).json()["access_token"]
            answer = self.call(method, path, value)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.text}"
        made = answer.headers.get("Location")
        return made.rsplit("/", 1)[1] if made else json.loads(answer.text or "null")

    def call(self, method, path, value):
        body = None if value is None else json.dumps(value)
        return self.browser().once(f"{self.public}/admin/realms{path}", body, method, {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})

    def add_person(self, realm, person, roles=()):
        user = self.admin("POST", f"/{realm}/users", {
            "username": person.user, "enabled": True, "email": f"{person.user}@school.example",
            "emailVerified": True, "firstName": person.given, "lastName": person.family,
            "attributes": {"employeeNumber": [person.number]},
            "credentials": [{"type": "password", "value": person.password}]})
        self.admin("POST", f"/{realm}/users/{user}/role-mappings/realm", [
            self.admin("GET", f"/{realm}/roles/{role}") for role in roles])

    def client(self, realm, client_id):
        """The settings of a client."""
        found, = [c for c in self.admin("GET", f"/{realm}/clients") if c["clientId"] == client_id]
        return found

    def change_client(self, realm, client_id, **changes):
        """Replaces some of the settings of a client; single attributes, where there are any."""
        now = self.client(realm, client_id)
        attributes = {**now["attributes"], **changes.pop("attributes", {})}
        self.admin("PUT", f"/{realm}/clients/{now['id']}", {
            **now, **changes, "attributes": attributes})
