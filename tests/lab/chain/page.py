# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML of the chain's pages: one file each, with nothing from elsewhere."""
import html
import pathlib

from .cover import COVERED

STYLE = pathlib.Path(__file__).with_name("page.css").read_text()


def text(value, words):
    """A text in HTML, with bars for what is covered."""
    def bar(match):
        label, mark = match.groups()
        return (f'<span class="covered"><span class="hidden">{words("covered")} </span>'
                f'{words.label(label)} <span class="hidden">{words("mark")} </span>'
                f"<code>{mark}</code></span>")

    return COVERED.sub(bar, html.escape(str(value)))


def element(name, value, words, **attributes):
    inside = "".join(f' {key.rstrip("_")}="{html.escape(value)}"'
                     for key, value in attributes.items())
    return f"<{name}{inside}>{text(value, words)}</{name}>\n"


def paragraph(value, words, **attributes):
    return element("p", value, words, **attributes)


def link(value, words, href, **attributes):
    return f'<p>{element("a", value, words, href=href, **attributes)}</p>\n'


def button(value, words, action, inside=""):
    return (f'<form method="post" action="{html.escape(action)}">{inside}'
            f'<p>{element("button", value, words)}</p></form>\n')


def facts(rows, words):
    """Names with their values."""
    inner = "".join(f"<div>{element('dt', name, words)}{element('dd', value, words)}</div>\n"
                    for name, value in rows)
    return f"<dl>{inner}</dl>\n"


def table(caption, head, rows, words, class_, dim=None):
    """The first cell of each row is its heading. Cells that say no more than dim stand back."""
    def cell(value):
        return element("td", value, words, **({"class_": "dim"} if value == dim else {}))

    top = "".join(element("th", name, words, scope="col") for name in head)
    lines = "".join(
        "<tr>" + element("th", first, words, scope="row")
        + "".join(map(cell, cells)) + "</tr>\n"
        for first, *cells in rows)
    return (f'<table class="{class_}">{element("caption", caption, words)}'
            f"<thead><tr>{top}</tr></thead>\n"
            f"<tbody>{lines}</tbody></table>\n")


def steps(words, current, links):
    """The five steps; links are the URLs of those that can be visited."""
    items = ""
    for number in range(1, 6):
        name = f"<b>{number}</b> {element('span', words(str(number)), words).strip()}"
        here = ' aria-current="step"' if number == current else ""
        url = links.get(number)
        inner = f'<a href="{html.escape(url)}"{here}>{name}</a>' if url else f"<p>{name}</p>"
        items += f"<li>{inner}</li>\n"
    return f'<nav aria-label="{words("steps")}"><ol>\n{items}</ol></nav>\n'


def page(words, title, body, navigation=""):
    """It says what is made up, and has no pictures: not even an icon is asked for."""
    code, name = words.others
    return f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title, words)}</title>
<link rel="icon" href="data:,">
<style>
{STYLE}</style>
</head>
<body>
<a class="skip" href="#content">{words("skip")}</a>
<header><p>{text(words("chain"), words)}</p>
<p><a href="?lang={code}" lang="{code}" hreflang="{code}">{name}</a></p></header>
{navigation}<main id="content">
<h1>{text(title, words)}</h1>
{body}{paragraph(words("stand-ins"), words, class_="note")}</main>
</body>
</html>
"""
