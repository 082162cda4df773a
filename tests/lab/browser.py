# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser without a screen: cookies, redirects, forms; every host is this machine."""
import gzip
import html.parser
import http.client
import http.cookies
import json
import ssl
import urllib.parse


class Answer:
    def __init__(self, url, status, headers, body):
        self.url, self.status, self.headers, self.body = url, status, headers, body

    @property
    def text(self):
        coding = self.headers.get("Content-Encoding", "")
        return (gzip.decompress(self.body) if coding == "gzip" else self.body).decode()

    def json(self):
        return json.loads(self.text)

    @property
    def forms(self):
        parser = FormParser()
        parser.feed(self.text)
        return parser.forms


class FormParser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "fields": {}})
        elif tag == "input" and attrs.get("name") and self.forms:
            self.forms[-1]["fields"][attrs["name"]] = attrs.get("value", "")


class Browser:
    """Cookies belong to a host name, whatever the port, as in a real browser."""

    def __init__(self, **headers):
        self.headers = {k.replace("_", "-"): v for k, v in headers.items()}
        self.cookies = {}

    @staticmethod
    def connect(parts):
        """A connection for a URL. Certificates of a test are not looked at."""
        if parts.scheme == "https":
            return http.client.HTTPSConnection("127.0.0.1", parts.port or 443, timeout=120,
                                               context=ssl._create_unverified_context())
        return http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=120)

    def once(self, url, data=None, method=None, headers=None):
        """One request; does not follow redirects."""
        parts = urllib.parse.urlsplit(url)
        connection = self.connect(parts)
        jar = self.cookies.setdefault(parts.hostname, {})
        send = {"Host": parts.netloc, **self.headers, **(headers or {})}
        if jar:
            send["Cookie"] = "; ".join(f"{k}={v}" for k, v in jar.items())
        body = data
        if isinstance(data, dict):
            body = urllib.parse.urlencode(data)
            send["Content-Type"] = "application/x-www-form-urlencoded"
        target = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        try:
            method = method or ("POST" if data is not None else "GET")
            connection.request(method, target, body, send)
            response = connection.getresponse()
            answer = Answer(url, response.status, response.headers, response.read())
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                jar[name] = morsel.value
                if morsel["max-age"] == "0":
                    del jar[name]
        return answer

    def go(self, url, data=None):
        """A request; follows redirects."""
        for _ in range(20):
            answer = self.once(url, data)
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            url = urllib.parse.urljoin(url, answer.headers["Location"])
            data = None if answer.status != 307 else data
        raise RuntimeError(f"redirects without end, at {url}")

    def submit(self, answer, **fields):
        """Submits the first form of a page, with some fields filled in."""
        form = answer.forms[0]
        return self.go(urllib.parse.urljoin(answer.url, form["action"]),
                       {**form["fields"], **fields})
