/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML5 tokenizer that reads a page in pieces and reports tags with their source positions. */
#include "html/eckid_html.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define NAME_MAX_LEN 31 /* longer than any relevant name; the rest is dropped */

/* A state of section 13.2.5. It reads one byte; false means that the next state reads the byte
 * again. */
typedef bool state_t(eckid_html_t *html, char c);

#define TURNS_MAX 64 /* deeper ones are ignored */

/* An element that begins foreign content (svg, math), or HTML within it (integration points). */
typedef struct turn_t {
    const char *name;
    bool foreign;
} turn_t;

/* An attribute by its offsets from the "<" of its tag. */
typedef struct span_t {
    apr_size_t name_from, name_to, value_from, value_to;
} span_t;

struct eckid_html_t {
    const char *const *wanted;
    apr_size_t tag_max;
    eckid_html_sink_t *sink;
    void *self;
    apr_pool_t *pool;

    state_t *state;
    apr_off_t offset; /* of the current byte */
    eckid_err_t *err;

    /* the current tag; its bytes are kept only while it may be a wanted one */
    apr_off_t tag_from;
    bool is_end, self_closing, kept;
    char name[NAME_MAX_LEN + 1];
    apr_size_t name_len;
    char *raw;
    apr_size_t raw_len, raw_room;
    span_t *spans; /* ECKID_HTML_ATTRS_MAX */
    int span_count;

    /* for content that is text */
    char text_element[NAME_MAX_LEN + 1];
    state_t *text_state; /* to return to if "</" does not begin its end tag */
    turn_t *turns; /* open elements that begin or end foreign content, outermost first: TURNS_MAX */
    int turn_count;
    int matched; /* length of the keyword prefix that was matched */
};

static state_t data, tag_open, end_tag_open, tag_name, before_attr_name, attr_name, after_attr_name,
    before_attr_value, attr_value_double, attr_value_single, attr_value_unquoted,
    after_attr_value_quoted, self_closing_start_tag, bogus_comment, markup_declaration, markup_dash,
    markup_cdata, comment_start, comment_start_dash, comment, comment_end_dash, comment_end,
    comment_end_bang, cdata, cdata_bracket, cdata_end, text, text_less_than, text_end_tag_open,
    text_end_tag_name, script, script_less_than, script_escape_start, script_escape_start_dash,
    script_escaped, script_escaped_dash, script_escaped_dash_dash, script_escaped_less_than,
    script_double_escape_start, script_double_escaped, script_double_escaped_dash,
    script_double_escaped_dash_dash, script_double_escaped_less_than, script_double_escape_end,
    plaintext;

/* Changes the state and consumes the byte. */
static bool to(eckid_html_t *html, state_t *next)
{
    html->state = next;
    return true;
}

/* "Reconsume in": changes the state, which then reads the byte again. */
static bool again(eckid_html_t *html, state_t *next)
{
    html->state = next;
    return false;
}

/* A page can be nothing but tags, so most names are told apart by their first letter. */
static bool same_name(const char *a, const char *b)
{
    return *a == *b && strcmp(a, b) == 0;
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && !same_name(*names, name)) {
        names++;
    }
    return *names != NULL;
}

/* Keeps bytes of the current tag. */
static void keep(eckid_html_t *html, const char *bytes, apr_size_t len)
{
    if (html->raw_len + len > html->tag_max) {
        html->err = eckid_err_make(html->pool, ECKID_TOO_LONG,
                                   "a tag of more than %" APR_SIZE_T_FMT " bytes", html->tag_max);
        return;
    }
    if (html->raw_len + len > html->raw_room) {
        html->raw_room = 2 * (html->raw_len + len) + 256;
        char *larger = apr_palloc(html->pool, html->raw_room);

        memcpy(larger, html->raw, html->raw_len);
        html->raw = larger;
    }
    memcpy(html->raw + html->raw_len, bytes, len);
    html->raw_len += len;
}

/* The offset of the current byte from the "<" of its tag. */
static apr_size_t here(const eckid_html_t *html)
{
    return (apr_size_t)(html->offset - html->tag_from);
}

static void begin_tag(eckid_html_t *html, bool is_end)
{
    html->is_end = is_end;
    html->self_closing = false;
    html->name_len = 0;
    html->span_count = 0;
}

static void append_name(eckid_html_t *html, char c)
{
    if (html->name_len < NAME_MAX_LEN) {
        html->name[html->name_len++] = (char)apr_tolower(c);
    }
    html->name[html->name_len] = '\0';
}

static void begin_attr(eckid_html_t *html)
{
    if (!html->kept) {
        return;
    }
    if (html->span_count == ECKID_HTML_ATTRS_MAX) {
        html->err = eckid_err_advise(
            eckid_err_make(html->pool, ECKID_TOO_LONG, "a tag of more than %d attributes",
                           ECKID_HTML_ATTRS_MAX),
            "no login page needs that: see what the identity provider sends");
        return;
    }
    html->spans[html->span_count++] = (span_t){here(html), here(html), 0, 0};
}

static void end_attr_name(eckid_html_t *html)
{
    if (html->span_count) {
        html->spans[html->span_count - 1].name_to = here(html);
    }
}

static void begin_value(eckid_html_t *html)
{
    if (html->span_count) {
        html->spans[html->span_count - 1].value_from = here(html);
    }
}

/* Behind is the number of bytes from the end of the value to here: 1 if its closing quote is
 * last. */
static void end_value(eckid_html_t *html, apr_size_t behind)
{
    if (html->span_count) {
        html->spans[html->span_count - 1].value_to = here(html) + behind;
    }
}

static eckid_html_attr_t make_attr(const eckid_html_t *html, const span_t *span)
{
    eckid_html_attr_t attr = {
        .name = eckid_bytes(html->raw + span->name_from, span->name_to - span->name_from),
        .value = eckid_bytes(html->raw + span->value_from, span->value_to - span->value_from),
        .from = html->tag_from + (apr_off_t)span->value_from,
        .to = html->tag_from + (apr_off_t)span->value_to,
    };

    if (attr.value.len && (attr.value.data[0] == '"' || attr.value.data[0] == '\'')) {
        attr.value = eckid_bytes(attr.value.data + 1, attr.value.len - 2);
    }
    return attr;
}

static void give_out(eckid_html_t *html)
{
    eckid_html_attr_t attrs[ECKID_HTML_ATTRS_MAX];
    eckid_html_tag_t tag = {html->name, html->is_end, html->tag_from, html->span_count, attrs};

    for (int i = 0; i < html->span_count; i++) {
        attrs[i] = make_attr(html, &html->spans[i]);
    }
    html->err = html->sink(html->self, &tag);
}

static bool is_foreign(const eckid_html_t *html)
{
    return html->turn_count && html->turns[html->turn_count - 1].foreign;
}

/* The state for the content of the element that was just opened. */
static state_t *content_state(eckid_html_t *html)
{
    static const char *const text_elements[] = {"title",  "textarea", "style",    "xmp",
                                                "iframe", "noembed",  "noframes", NULL};

    if (html->is_end || is_foreign(html)) {
        return data;
    }
    if (strcmp(html->name, "plaintext") == 0) {
        return plaintext;
    }
    memcpy(html->text_element, html->name, sizeof(html->name));
    if (strcmp(html->name, "script") == 0) {
        return script;
    }
    return is_one_of(html->name, text_elements) ? text : data;
}

/* 13.2.6.5: start tags that end foreign content, and end tags of elements that may enclose it. We
 * do not know whether such an element is open; "form", "body" and "html" do not close their
 * content. */
static bool leads_out(const eckid_html_t *html)
{
    static const char *const both[] = {
        "b",   "big",    "blockquote", "br",    "center", "code", "dd",   "div",   "dl", "dt",
        "em",  "h1",     "h2",         "h3",    "h4",     "h5",   "h6",   "i",     "li", "menu",
        "ol",  "nobr",   "p",          "pre",   "ruby",   "s",    "span", "small", "tt", "strong",
        "sub", "strike", "sup",        "table", "u",      "ul",   "var",  "font",  NULL};
    static const char *const starts[] = {"body", "embed", "head", "hr", "img", "meta", NULL};
    static const char *const ends[] = {
        "article", "aside",  "button", "caption", "details", "fieldset", "figure",
        "footer",  "header", "label",  "main",    "nav",     "section",  "summary",
        "tbody",   "td",     "tfoot",  "thead",   "th",      "tr",       NULL};

    return is_one_of(html->name, both) || is_one_of(html->name, html->is_end ? ends : starts);
}

static void begin_turn(eckid_html_t *html)
{
    static const turn_t turns[] = {{"svg", true},   {"math", true},   {"foreignobject", false},
                                   {"desc", false}, {"title", false}, {"mi", false},
                                   {"mo", false},   {"mn", false},    {"ms", false},
                                   {"mtext", false}};

    for (unsigned i = 0; i < sizeof(turns) / sizeof(*turns); i++) {
        if (same_name(turns[i].name, html->name) && (turns[i].foreign || is_foreign(html)) &&
            html->turn_count < TURNS_MAX) {
            html->turns[html->turn_count++] = turns[i];
        }
    }
}

static void end_turn(eckid_html_t *html)
{
    for (int i = html->turn_count - 1; i >= 0; i--) {
        if (same_name(html->turns[i].name, html->name)) {
            html->turn_count = i;
        }
    }
}

static void follow_turns(eckid_html_t *html)
{
    while (is_foreign(html) && leads_out(html)) {
        html->turn_count--;
    }
    if (html->is_end) {
        end_turn(html);
    }
    else if (!html->self_closing) {
        begin_turn(html);
    }
}

/* Called at the ">" of a tag. */
static bool emit(eckid_html_t *html)
{
    if (html->kept) {
        give_out(html);
    }
    html->kept = false;
    state_t *content = content_state(html);

    follow_turns(html);
    return to(html, content);
}

/* 13.2.5.1 */
static bool data(eckid_html_t *html, char c)
{
    if (c == '<') {
        html->tag_from = html->offset;
        html->raw_len = 0;
        html->kept = true;
        return to(html, tag_open);
    }
    return true;
}

/* It was not a tag. */
static bool no_tag(eckid_html_t *html, state_t *next)
{
    html->kept = false;
    return again(html, next);
}

/* 13.2.5.6 */
static bool tag_open(eckid_html_t *html, char c)
{
    if (apr_isalpha(c)) {
        begin_tag(html, false);
        return again(html, tag_name);
    }
    if (c == '/') {
        return to(html, end_tag_open);
    }
    html->kept = false;
    return c == '!' ? to(html, markup_declaration) : again(html, c == '?' ? bogus_comment : data);
}

/* 13.2.5.7 */
static bool end_tag_open(eckid_html_t *html, char c)
{
    if (apr_isalpha(c)) {
        begin_tag(html, true);
        return again(html, tag_name);
    }
    return no_tag(html, c == '>' ? data : bogus_comment);
}

/* 13.2.5.8 */
static bool tag_name(eckid_html_t *html, char c)
{
    if (!eckid_codec_is_space(c) && c != '/' && c != '>') {
        append_name(html, c);
        return true;
    }
    html->kept = html->kept && is_one_of(html->name, html->wanted);
    return again(html, before_attr_name);
}

/* 13.2.5.32; "/" and ">" go through the after attribute name state, as in the standard. */
static bool before_attr_name(eckid_html_t *html, char c)
{
    if (eckid_codec_is_space(c)) {
        return true;
    }
    if (c == '/' || c == '>') {
        return again(html, after_attr_name);
    }
    begin_attr(html);
    return to(html, attr_name); /* the first byte belongs to the name, even if it is "=" */
}

/* 13.2.5.33 */
static bool attr_name(eckid_html_t *html, char c)
{
    if (c != '=' && c != '/' && c != '>' && !eckid_codec_is_space(c)) {
        return true;
    }
    end_attr_name(html);
    return c == '=' ? to(html, before_attr_value) : again(html, after_attr_name);
}

/* 13.2.5.34 */
static bool after_attr_name(eckid_html_t *html, char c)
{
    if (eckid_codec_is_space(c)) {
        return true;
    }
    if (c == '/') {
        return to(html, self_closing_start_tag);
    }
    if (c == '>') {
        return emit(html);
    }
    return c == '=' ? to(html, before_attr_value) : again(html, before_attr_name);
}

/* 13.2.5.35 */
static bool before_attr_value(eckid_html_t *html, char c)
{
    if (eckid_codec_is_space(c)) {
        return true;
    }
    if (c == '>') {
        return emit(html);
    }
    begin_value(html);
    return c == '"'    ? to(html, attr_value_double)
           : c == '\'' ? to(html, attr_value_single)
                       : again(html, attr_value_unquoted);
}

/* 13.2.5.36 */
static bool attr_value_double(eckid_html_t *html, char c)
{
    if (c == '"') {
        end_value(html, 1);
        return to(html, after_attr_value_quoted);
    }
    return true;
}

/* 13.2.5.37 */
static bool attr_value_single(eckid_html_t *html, char c)
{
    if (c == '\'') {
        end_value(html, 1);
        return to(html, after_attr_value_quoted);
    }
    return true;
}

/* 13.2.5.38 */
static bool attr_value_unquoted(eckid_html_t *html, char c)
{
    if (eckid_codec_is_space(c) || c == '>') {
        end_value(html, 0);
        return again(html, before_attr_name);
    }
    return true;
}

/* 13.2.5.39 */
static bool after_attr_value_quoted(eckid_html_t *html, char c)
{
    (void)c;
    return again(html, before_attr_name);
}

/* 13.2.5.40 */
static bool self_closing_start_tag(eckid_html_t *html, char c)
{
    if (c == '>') {
        html->self_closing = true;
        return emit(html);
    }
    return again(html, before_attr_name);
}

/* 13.2.5.41; a DOCTYPE also ends at its first ">", even within quotes */
static bool bogus_comment(eckid_html_t *html, char c)
{
    return c == '>' ? to(html, data) : true;
}

/* 13.2.5.42 */
static bool markup_declaration(eckid_html_t *html, char c)
{
    html->matched = 0;
    if (c == '-') {
        return to(html, markup_dash);
    }
    return again(html, is_foreign(html) ? markup_cdata : bogus_comment);
}

static bool markup_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, comment_start) : again(html, bogus_comment);
}

static bool markup_cdata(eckid_html_t *html, char c)
{
    static const char keyword[] = "[CDATA[";

    if (c != keyword[html->matched]) {
        return again(html, bogus_comment);
    }
    return ++html->matched == (int)strlen(keyword) ? to(html, cdata) : true;
}

/* 13.2.5.43 */
static bool comment_start(eckid_html_t *html, char c)
{
    return c == '-'   ? to(html, comment_start_dash)
           : c == '>' ? to(html, data)
                      : again(html, comment);
}

/* 13.2.5.44 */
static bool comment_start_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, comment_end) : c == '>' ? to(html, data) : again(html, comment);
}

/* 13.2.5.45; the states for "<!--" within a comment differ only in the errors they report */
static bool comment(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, comment_end_dash) : true;
}

/* 13.2.5.50 */
static bool comment_end_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, comment_end) : again(html, comment);
}

/* 13.2.5.51 */
static bool comment_end(eckid_html_t *html, char c)
{
    if (c == '-') {
        return true;
    }
    return c == '>' ? to(html, data) : c == '!' ? to(html, comment_end_bang) : again(html, comment);
}

/* 13.2.5.52 */
static bool comment_end_bang(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, comment_end_dash) : c == '>' ? to(html, data) : again(html, comment);
}

/* 13.2.5.69 */
static bool cdata(eckid_html_t *html, char c)
{
    return c == ']' ? to(html, cdata_bracket) : true;
}

/* 13.2.5.70 */
static bool cdata_bracket(eckid_html_t *html, char c)
{
    return c == ']' ? to(html, cdata_end) : again(html, cdata);
}

/* 13.2.5.71 */
static bool cdata_end(eckid_html_t *html, char c)
{
    if (c == ']') {
        return true;
    }
    return c == '>' ? to(html, data) : again(html, cdata);
}

/* 13.2.5.2 and 13.2.5.3 */
static bool text(eckid_html_t *html, char c)
{
    html->text_state = text;
    return c == '<' ? to(html, text_less_than) : true;
}

/* 13.2.5.9 and 13.2.5.12 */
static bool text_less_than(eckid_html_t *html, char c)
{
    return c == '/' ? to(html, text_end_tag_open) : again(html, text);
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
        return again(html, before_attr_name);
    }
    return again(html, html->text_state);
}

/* 13.2.5.4 */
static bool script(eckid_html_t *html, char c)
{
    html->text_state = script;
    return c == '<' ? to(html, script_less_than) : true;
}

/* 13.2.5.15 */
static bool script_less_than(eckid_html_t *html, char c)
{
    return c == '/'   ? to(html, text_end_tag_open)
           : c == '!' ? to(html, script_escape_start)
                      : again(html, script);
}

/* 13.2.5.18 */
static bool script_escape_start(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_escape_start_dash) : again(html, script);
}

/* 13.2.5.19 */
static bool script_escape_start_dash(eckid_html_t *html, char c)
{
    return c == '-' ? to(html, script_escaped_dash_dash) : again(html, script);
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
    return c == '>' ? to(html, script) : again(html, script_escaped);
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
    return c == '>' ? to(html, script) : again(html, script_double_escaped);
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
static bool plaintext(eckid_html_t *html, char c)
{
    (void)html, (void)c;
    return true;
}

eckid_html_t *eckid_html_make(const char *const *wanted, apr_size_t tag_max,
                              eckid_html_sink_t *sink, void *self, apr_pool_t *pool)
{
    eckid_html_t *html = apr_pcalloc(pool, sizeof(*html));

    html->wanted = wanted;
    html->tag_max = tag_max;
    html->sink = sink;
    html->self = self;
    html->pool = pool;
    html->state = data;
    html->raw = apr_pcalloc(pool, 1);
    html->spans = apr_palloc(pool, ECKID_HTML_ATTRS_MAX * sizeof(span_t));
    html->turns = apr_palloc(pool, TURNS_MAX * sizeof(turn_t));
    return html;
}

/* The one byte that changes the current state; NUL if others may, too. */
static char wake_of(const eckid_html_t *html)
{
    return html->state == attr_value_double                                      ? '"'
           : html->state == attr_value_single                                    ? '\''
           : html->state == comment                                              ? '-'
           : html->state == data || html->state == text || html->state == script ? '<'
                                                                                 : '\0';
}

/* How many bytes at the start of rest would not change the current state. */
static apr_size_t dull(const eckid_html_t *html, eckid_bytes_t rest)
{
    const char wake = wake_of(html);
    const char *at = wake ? memchr(rest.data, wake, rest.len) : rest.data;

    return at ? (apr_size_t)(at - rest.data) : rest.len;
}

/* Reads those bytes and those after them, up to the next that are dull, or to the ">" of a tag,
 * before which its bytes must be kept. Returns how many it read. */
static apr_size_t step(eckid_html_t *html, eckid_bytes_t rest)
{
    apr_size_t len = dull(html, rest);
    bool goes_on = len < rest.len;

    html->offset += (apr_off_t)len;
    while (goes_on) {
        while (!html->state(html, rest.data[len]) && !html->err) {
        }
        html->offset++;
        len++;
        goes_on = len < rest.len && !html->err && rest.data[len] != '>' && !wake_of(html);
    }
    if (html->kept && !html->err) {
        /* if this step found the "<", the bytes before it do not belong to the tag */
        apr_size_t own = here(html) < len ? here(html) : len;

        keep(html, rest.data + len - own, own);
    }
    return len;
}

eckid_err_t *eckid_html_feed(eckid_html_t *html, eckid_bytes_t piece)
{
    while (piece.len && !html->err) {
        apr_size_t used = step(html, piece);

        piece.data += used;
        piece.len -= used;
    }
    return html->err;
}

apr_off_t eckid_html_settled(const eckid_html_t *html)
{
    return html->kept ? html->tag_from : html->offset;
}

bool eckid_html_within_tag(const eckid_html_t *html)
{
    return html->kept;
}

bool eckid_html_within_text(const eckid_html_t *html)
{
    static state_t *const markup[] = {data,
                                      tag_open,
                                      end_tag_open,
                                      tag_name,
                                      before_attr_name,
                                      attr_name,
                                      after_attr_name,
                                      before_attr_value,
                                      attr_value_double,
                                      attr_value_single,
                                      attr_value_unquoted,
                                      after_attr_value_quoted,
                                      self_closing_start_tag,
                                      bogus_comment,
                                      markup_declaration,
                                      markup_dash,
                                      markup_cdata,
                                      NULL};
    state_t *const *state = markup;

    while (*state && *state != html->state) {
        state++;
    }
    return !*state;
}

apr_off_t eckid_html_offset(const eckid_html_t *html)
{
    return html->offset;
}

const eckid_html_attr_t *eckid_html_attr(const eckid_html_tag_t *tag, const char *name)
{
    apr_size_t len = strlen(name);

    for (int i = 0; i < tag->attr_count; i++) {
        const eckid_html_attr_t *attr = &tag->attrs[i];

        if (attr->name.len == len && strncasecmp(attr->name.data, name, len) == 0) {
            return attr;
        }
    }
    return NULL;
}
