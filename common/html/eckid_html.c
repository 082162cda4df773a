/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML5 tokenizer that reads a page in pieces and reports tags with their source positions. */
#include "html/eckid_html_internal.h"

#include <apr_strings.h>

#include "base/eckid_words.h"

static state_t data, tag_open, end_tag_open, tag_name, attr_name, after_attr_name,
    before_attr_value, attr_value_double, attr_value_single, attr_value_unquoted,
    after_attr_value_quoted, self_closing_start_tag, bogus_comment, markup_declaration, markup_dash,
    markup_cdata, comment_start, comment_start_dash, comment, comment_end_dash, comment_end,
    comment_end_bang, cdata, cdata_bracket, cdata_end;

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
    html->spans[html->span_count++] = (eckid_html_span_t){here(html), here(html), 0, 0};
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

static eckid_html_attr_t make_attr(const eckid_html_t *html, const eckid_html_span_t *span)
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

/* The state for the content of the element that was just opened. */
static state_t *content_state(eckid_html_t *html)
{
    static const char *const text_elements[] = {"title",  "textarea", "style",    "xmp",
                                                "iframe", "noembed",  "noframes", NULL};

    if (html->is_end || eckid_html_foreign_is(&html->foreign)) {
        return data;
    }
    if (strcmp(html->name, "plaintext") == 0) {
        return eckid_html_plaintext;
    }
    memcpy(html->text_element, html->name, sizeof(html->name));
    if (strcmp(html->name, "script") == 0) {
        return eckid_html_script;
    }
    return eckid_words_have(text_elements, html->name) ? eckid_html_text : data;
}

/* Called at the ">" of a tag. */
static bool emit(eckid_html_t *html)
{
    if (html->kept) {
        give_out(html);
    }
    html->kept = false;
    state_t *content = content_state(html);

    eckid_html_foreign_follow(&html->foreign, html->name, html->is_end, html->self_closing);
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
    html->kept = html->kept && eckid_words_have(html->wanted, html->name);
    return again(html, eckid_html_before_attr_name);
}

/* 13.2.5.32; "/" and ">" go through the after attribute name state, as in the standard. */
bool eckid_html_before_attr_name(eckid_html_t *html, char c)
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
    return c == '=' ? to(html, before_attr_value) : again(html, eckid_html_before_attr_name);
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
        return again(html, eckid_html_before_attr_name);
    }
    return true;
}

/* 13.2.5.39 */
static bool after_attr_value_quoted(eckid_html_t *html, char c)
{
    (void)c;
    return again(html, eckid_html_before_attr_name);
}

/* 13.2.5.40 */
static bool self_closing_start_tag(eckid_html_t *html, char c)
{
    if (c == '>') {
        html->self_closing = true;
        return emit(html);
    }
    return again(html, eckid_html_before_attr_name);
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
    return again(html, eckid_html_foreign_is(&html->foreign) ? markup_cdata : bogus_comment);
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
    html->spans = apr_palloc(pool, ECKID_HTML_ATTRS_MAX * sizeof(eckid_html_span_t));
    html->foreign = eckid_html_foreign_make(pool);
    return html;
}

/* The one byte that changes the current state; NUL if others may, too. */
static char wake_of(const eckid_html_t *html)
{
    return html->state == attr_value_double   ? '"'
           : html->state == attr_value_single ? '\''
           : html->state == comment           ? '-'
           : html->state == data || html->state == eckid_html_text ||
                   html->state == eckid_html_script
               ? '<'
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
                                      eckid_html_before_attr_name,
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
