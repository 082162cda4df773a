/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces of a login in bytes that were not understood: an assertion, as XML or as base64. */
#include "html/eckid_saml_scan.h"

#include <apr_lib.h>

/* "Assertion" and a byte that ends a name, at each offset within three bytes: the characters that
 * are settled by it, and those that the last one may be. */
static const struct {
    const char *text, *last;
} spellings[] = {
    {"QXNzZXJ0aW9u", "ABCDEFGHIJKLMNOP"},
    {"Fzc2VydGlvb", "ghij"},
    {"Bc3NlcnRpb2", "4"},
};

static void forget(eckid_saml_scan_t *trace)
{
    memset(trace->at, 0, sizeof(trace->at));
}

static bool is_amid(const eckid_saml_scan_t *trace)
{
    return trace->at[0] || trace->at[1] || trace->at[2];
}

/* Reads on in one spelling; none has its first character again. */
static bool spell(unsigned char *at, int which, char c)
{
    const char *text = spellings[which].text;

    if (!text[*at] && strchr(spellings[which].last, c)) {
        return true;
    }
    *at = text[*at] == c ? *at + 1 : text[0] == c;
    return false;
}

/* What is passed over within base64: a white space that is written in another way. */
enum { NOTHING, ESCAPE, NAMED, NUMBER, HEX };

#define REFERENCE_MAX 8 /* "NewLine" and its ";" */

static bool goes_on(eckid_saml_scan_t *trace, char c)
{
    trace->skipped++;
    if (trace->skipped == 1 && c == '#') {
        trace->skip = NUMBER;
        return true;
    }
    if (trace->skipped == 2 && trace->skip == NUMBER && (c == 'x' || c == 'X')) {
        trace->skip = HEX;
        return true;
    }
    return trace->skipped < REFERENCE_MAX && (trace->skip == NAMED    ? apr_isalpha(c)
                                              : trace->skip == NUMBER ? apr_isdigit(c)
                                                                      : apr_isxdigit(c));
}

/* Behind "&" or a backslash; true when the byte belongs to it alone. What follows "&" is read as
 * base64 too, until it turns out to be a reference: those of numbers need no ";". */
static bool passes_over(eckid_saml_scan_t *trace, char c)
{
    if (trace->skip == ESCAPE) {
        trace->skip = NOTHING;
        return c == 'n' || c == 'r' || c == 't';
    }
    if (goes_on(trace, c)) {
        return false;
    }
    if (c == ';' || trace->skip != NAMED) {
        memcpy(trace->at, trace->before, sizeof(trace->at));
    }
    trace->skip = NOTHING;
    return c == ';';
}

/* What may stand within base64 without being part of it. */
static bool is_between(eckid_saml_scan_t *trace, char c)
{
    if (c == '&') {
        memcpy(trace->before, trace->at, sizeof(trace->at));
        forget(trace);
        trace->skip = NAMED;
        trace->skipped = 0;
        return true;
    }
    if (c == '\\') {
        trace->skip = ESCAPE;
        return true;
    }
    return eckid_codec_is_space(c);
}

static bool read_base64(eckid_saml_scan_t *trace, char c)
{
    bool found = false;

    if (!c || (trace->skip && passes_over(trace, c)) || (is_amid(trace) && is_between(trace, c))) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        found = spell(&trace->at[i], i, c) || found;
    }
    return found;
}

/* "<", or the end of "&lt;", "&#60;" or "&#x3c;". */
static bool opens(const eckid_saml_scan_t *trace, char c)
{
    return c == '<' || (c == ';' && trace->last && strchr("tT0cC", trace->last));
}

static bool is_assertion(const eckid_saml_scan_t *trace)
{
    eckid_bytes_t name = eckid_bytes(trace->name, trace->name_len);

    return eckid_bytes_equal(name, eckid_bytes_str("Assertion")) ||
           eckid_bytes_equal(name, eckid_bytes_str("EncryptedAssertion"));
}

static bool read_xml(eckid_saml_scan_t *trace, char c)
{
    if (opens(trace, c) || (c == ':' && trace->in_name)) {
        trace->in_name = true;
        trace->name_len = 0;
        return false;
    }
    if (!trace->in_name) {
        return false;
    }
    if (apr_isalnum(c) || c == '-' || c == '_' || c == '.' || c < 0) {
        trace->name[trace->name_len] = c;
        trace->name_len += trace->name_len < sizeof(trace->name) - 1;
        return false;
    }
    trace->in_name = false;
    return (eckid_codec_is_space(c) || c == '>' || c == '/' || c == '&') && is_assertion(trace);
}

/* How many bytes at the start of rest begin no trace. */
static apr_size_t dull(const eckid_saml_scan_t *trace, eckid_bytes_t rest)
{
    static const bool begins[256] = {
        ['<'] = true, [';'] = true, ['Q'] = true, ['F'] = true, ['B'] = true};
    apr_size_t len = 0;

    if (trace->in_name || is_amid(trace) || trace->skip) {
        return 0;
    }
    while (len < rest.len && !begins[(unsigned char)rest.data[len]]) {
        len++;
    }
    return len;
}

eckid_saml_scan_kind_t eckid_saml_scan_feed(eckid_saml_scan_t *trace, apr_size_t *upto,
                                            eckid_bytes_t piece)
{
    for (apr_size_t i = 0; i < piece.len; i++) {
        i += dull(trace, eckid_bytes(piece.data + i, piece.len - i));
        trace->last = i ? piece.data[i - 1] : trace->last;
        if (i == piece.len) {
            break;
        }
        bool base64 = read_base64(trace, piece.data[i]);

        if (read_xml(trace, piece.data[i]) || base64) {
            if (upto) {
                *upto = i + 1;
            }
            forget(trace);
            return base64 ? ECKID_SAML_SCAN_BASE64 : ECKID_SAML_SCAN_XML;
        }
        trace->last = piece.data[i];
    }
    return ECKID_SAML_SCAN_NONE;
}

static bool is_base64(char c)
{
    return apr_isalnum(c) || c == '+' || c == '/' || eckid_codec_is_space(c);
}

eckid_bytes_t eckid_saml_scan_stretch(eckid_bytes_t text, apr_size_t offset)
{
    apr_size_t from = offset, to = offset;

    while (from && is_base64(text.data[from - 1])) {
        from--;
    }
    while (to < text.len && is_base64(text.data[to])) {
        to++;
    }
    while (to < text.len && text.data[to] == '=') {
        to++;
    }
    return eckid_bytes(text.data + from, to - from);
}
