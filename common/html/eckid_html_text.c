/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of the HTML tokenizer for elements whose content is text, and for scripts. */
#include "html/eckid_html_internal.h"

static state_t text_less_than, text_end_tag_open, text_end_tag_name, script_less_than,
    script_escape_start, script_escape_start_dash, script_escaped, script_escaped_dash,
    script_escaped_dash_dash, script_escaped_less_than, script_double_escape_start,
    script_double_escaped, script_double_escaped_dash, script_double_escaped_dash_dash,
    script_double_escaped_less_than, script_double_escape_end;

/* 13.2.5.2 and 13.2.5.3 */
bool eckid_html_text(eckid_html_t *html, char c)
{
    html->text_state = eckid_html_text;
    return c == '<' ? to(html, text_less_than) : true;
}

/* 13.2.5.9 and 13.2.5.12 */
static bool text_less_than(eckid_html_t *html, char c)
{
    return c == '/' ? to(html, text_end_tag_open) : again(html, eckid_html_text);
}

/* 13.2.5.10, 13.2.5.13, 13.2.5.16, 13.2.5.24 */
static bool text_end_tag_open(eckid_html_t *html, char c)
{
    begin_tag(html, true);
    return again(html, apr_isalpha(c) ? text_end_tag_name : html->text_state);
}

/* 13.2.5.11, 13.2.5.14, 13.2.5.17, 13.2.5.25 */
static bool text_end_tag_name(eckid_html_t *html, char c)
{
    if (apr_isalpha(c)) {
        append_name(html, c);
        return true;
    }
    bool ends = eckid_codec_is_space(c) || c == '/' || c == '>';

    if (ends && strcmp(html->name, html->text_element) == 0) {
        return again(html, eckid_html_before_attr_name);
    }
    return again(html, html->text_state);
}

/* 13.2.5.4 */
bool eckid_html_script(eckid_html_t *html, char c)
{
    html->text_state = eckid_html_script;
    return c == '<' ? to(html, script_less_than) : true;
}

/* 13.2.5.15 */
static bool script_less_than(eckid_html_t *html, char c)
{
    return c == '/'   ? to(html, text_end_tag_open)
           : c == '!' ? to(html, script_escape_start)
                      : again(html, eckid_html_script);
}

/* 13.2.5.18 */
static bool script_escape_start(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_escape_start_dash) : again(html, eckid_html_script);
}

/* 13.2.5.19 */
static bool script_escape_start_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_escaped_dash_dash) : again(html, eckid_html_script);
}

/* 13.2.5.20 */
static bool script_escaped(eckid_html_t *html, char c)
{
    html->text_state = script_escaped;
    return c == '-'   ? to(html, script_escaped_dash)
           : c == '<' ? to(html, script_escaped_less_than)
                      : true;
}

/* 13.2.5.21 */
static bool script_escaped_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_escaped_dash_dash) : again(html, script_escaped);
}

/* 13.2.5.22 */
static bool script_escaped_dash_dash(eckid_html_t *html, char c)
{
    if (c == '-') {
        return true;
    }
    return c == '>' ? to(html, eckid_html_script) : again(html, script_escaped);
}

/* 13.2.5.23 */
static bool script_escaped_less_than(eckid_html_t *html, char c)
{
    if (apr_isalpha(c)) {
        begin_tag(html, false);
        return again(html, script_double_escape_start);
    }
    return c == '/' ? to(html, text_end_tag_open) : again(html, script_escaped);
}

/* Reads the word before c; at its end "script" leads to one state, other words to the other. */
static bool script_word(eckid_html_t *html, char c, state_t *is_script, state_t *is_other)
{
    if (apr_isalpha(c)) {
        append_name(html, c);
        return true;
    }
    if (!eckid_codec_is_space(c) && c != '/' && c != '>') {
        return again(html, html->text_state);
    }
    return to(html, strcmp(html->name, "script") == 0 ? is_script : is_other);
}

/* 13.2.5.26 */
static bool script_double_escape_start(eckid_html_t *html, char c)
{
    return script_word(html, c, script_double_escaped, script_escaped);
}

/* 13.2.5.27 */
static bool script_double_escaped(eckid_html_t *html, char c)
{
    html->text_state = script_double_escaped;
    return c == '-'   ? to(html, script_double_escaped_dash)
           : c == '<' ? to(html, script_double_escaped_less_than)
                      : true;
}

/* 13.2.5.28 */
static bool script_double_escaped_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_double_escaped_dash_dash)
                    : again(html, script_double_escaped);
}

/* 13.2.5.29 */
static bool script_double_escaped_dash_dash(eckid_html_t *html, char c)
{
    if (c == '-') {
        return true;
    }
    return c == '>' ? to(html, eckid_html_script) : again(html, script_double_escaped);
}

/* 13.2.5.30 */
static bool script_double_escaped_less_than(eckid_html_t *html, char c)
{
    if (c == '/') {
        begin_tag(html, false);
        html->name[0] = '\0';
        return to(html, script_double_escape_end);
    }
    return again(html, script_double_escaped);
}

/* 13.2.5.31 */
static bool script_double_escape_end(eckid_html_t *html, char c)
{
    return script_word(html, c, script_escaped, script_double_escaped);
}

/* 13.2.5.5 */
bool eckid_html_plaintext(eckid_html_t *html, char c)
{
    (void)html, (void)c;
    return true;
}
