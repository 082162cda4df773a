/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scans arbitrary bytes for the start of an assertion, as XML or as base64. */
#include "html/eckid_saml_scan.h"
#include "base/eckid_find.h"

#include <apr_lib.h>

/* Base64 of "Assertion" and a byte that ends a name, for each position modulo 3: the characters
 * that are certain, and the possible values of the last one. */
static const struct {
    const char *text, *last;
} spellings[] = {
    {"QXNzZXJ0aW9u", "ABCDEFGHIJKLMNOP"},
    {"Fzc2VydGlvb", "ghij"},
    {"Bc3NlcnRpb2", "4"},
};

static void forget(eckid_saml_scan_t *scan)
{
    memset(scan->at, 0, sizeof(scan->at));
}

static bool is_amid(const eckid_saml_scan_t *scan)
{
    return scan->at[0] || scan->at[1] || scan->at[2];
}

static bool is_idle(const eckid_saml_scan_t *scan)
{
    return !is_amid(scan) && !scan->skip;
}

/* What may begin a match: a spelling or a name. */
static const bool begins[256] = {
    ['Q'] = true, ['F'] = true, ['B'] = true, ['<'] = true, [';'] = true};

/* Advances one spelling. The first character occurs only once in each, so a mismatch restarts
 * it. */
static bool spell(unsigned char *at, int which, char c)
{
    const char *text = spellings[which].text;

    if (!text[*at] && strchr(spellings[which].last, c)) {
        return true;
    }
    *at = text[*at] == c ? *at + 1 : text[0] == c;
    return false;
}

/* A kind of escape within base64, which may stand for white space. */
enum { NOTHING, ESCAPE, NAMED, NUMBER, HEX };

#define REFERENCE_MAX 8 /* length of "NewLine;" */

static bool goes_on(eckid_saml_scan_t *scan, char c)
{
    scan->skipped++;
    if (scan->skipped == 1 && c == '#') {
        scan->skip = NUMBER;
        return true;
    }
    if (scan->skipped == 2 && scan->skip == NUMBER && (c == 'x' || c == 'X')) {
        scan->skip = HEX;
        return true;
    }
    return scan->skipped < REFERENCE_MAX && (scan->skip == NAMED    ? apr_isalpha(c)
                                             : scan->skip == NUMBER ? apr_isdigit(c)
                                                                    : apr_isxdigit(c));
}

/* Handles a byte after "&" or a backslash. True if the byte belongs only to the escape. What
 * follows "&" is also read as base64 until it turns out to be a reference, because a numeric
 * reference needs no ";". */
static bool passes_over(eckid_saml_scan_t *scan, char c)
{
    if (scan->skip == ESCAPE) {
        scan->skip = NOTHING;
        return c == 'n' || c == 'r' || c == 't';
    }
    if (goes_on(scan, c)) {
        return false;
    }
    if (c == ';' || scan->skip != NAMED) {
        memcpy(scan->at, scan->before, sizeof(scan->at));
    }
    scan->skip = NOTHING;
    return c == ';';
}

/* Whether the byte may be within base64 without being a digit of it. */
static bool is_between(eckid_saml_scan_t *scan, char c)
{
    if (c == '&') {
        memcpy(scan->before, scan->at, sizeof(scan->at));
        forget(scan);
        scan->skip = NAMED;
        scan->skipped = 0;
        return true;
    }
    if (c == '\\') {
        scan->skip = ESCAPE;
        return true;
    }
    return eckid_codec_is_space(c);
}

static bool read_base64(eckid_saml_scan_t *scan, char c)
{
    bool found = false;

    if (is_idle(scan) && !begins[(unsigned char)c]) {
        return false;
    }
    if (!c || (scan->skip && passes_over(scan, c)) || (is_amid(scan) && is_between(scan, c))) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        found = spell(&scan->at[i], i, c) || found;
    }
    return found;
}

/* "<", or the end of "&lt;", "&#60;" or "&#x3c;". */
static bool opens(const eckid_saml_scan_t *scan, char c)
{
    return c == '<' || (c == ';' && scan->last && strchr("tT0cC", scan->last));
}

static bool is_assertion(const eckid_saml_scan_t *scan)
{
    eckid_bytes_t name = eckid_bytes(scan->name, scan->name_len);

    return eckid_bytes_equal(name, eckid_bytes_str("Assertion")) ||
           eckid_bytes_equal(name, eckid_bytes_str("EncryptedAssertion"));
}

static bool read_xml(eckid_saml_scan_t *scan, char c)
{
    if (opens(scan, c) || (c == ':' && scan->in_name)) {
        scan->in_name = true;
        scan->name_len = 0;
        return false;
    }
    if (!scan->in_name) {
        return false;
    }
    if (apr_isalnum(c) || c == '-' || c == '_' || c == '.' || c < 0) {
        scan->name[scan->name_len] = c;
        scan->name_len += scan->name_len < sizeof(scan->name) - 1;
        return false;
    }
    scan->in_name = false;
    return (eckid_codec_is_space(c) || c == '>' || c == '/' || c == '&') && is_assertion(scan);
}

/* How many bytes at the start of rest cannot begin a match. */
static apr_size_t dull(const eckid_saml_scan_t *scan, eckid_bytes_t rest)
{
    apr_size_t len = 0;

    if (scan->in_name || !is_idle(scan)) {
        return 0;
    }
    while (len < rest.len && !begins[(unsigned char)rest.data[len]]) {
        len++;
    }
    return len;
}

eckid_saml_scan_kind_t eckid_saml_scan_feed(eckid_saml_scan_t *scan, apr_size_t *upto,
                                            eckid_bytes_t piece)
{
    for (apr_size_t i = 0; i < piece.len; i++) {
        i += dull(scan, eckid_bytes(piece.data + i, piece.len - i));
        scan->last = i ? piece.data[i - 1] : scan->last;
        if (i == piece.len) {
            break;
        }
        bool base64 = read_base64(scan, piece.data[i]);

        if (read_xml(scan, piece.data[i]) || base64) {
            if (upto) {
                *upto = i + 1;
            }
            forget(scan);
            return base64 ? ECKID_SAML_SCAN_BASE64 : ECKID_SAML_SCAN_XML;
        }
        scan->last = piece.data[i];
    }
    return ECKID_SAML_SCAN_NONE;
}

/* Whether a spelling may begin somewhere: its second character, or what may stand between, follows
 * the first. A NUL may too, which strchr finds as the end of its text. */
static bool may_spell(eckid_bytes_t text, const char *spelling)
{
    const char *at = text.data, *end = text.data + text.len;

    while ((at = memchr(at, spelling[0], (apr_size_t)(end - at)))) {
        at++;
        if (at == end || *at == spelling[1] || strchr("&\\", *at) || eckid_codec_is_space(*at)) {
            return true;
        }
    }
    return false;
}

bool eckid_saml_scan_finds(eckid_bytes_t text)
{
    eckid_saml_scan_t scan = {.last = '\0'};
    bool may = eckid_find(text, "Assertion");

    for (unsigned i = 0; !may && i < sizeof(spellings) / sizeof(*spellings); i++) {
        may = may_spell(text, spellings[i].text);
    }
    return may && eckid_saml_scan_feed(&scan, NULL, text) != ECKID_SAML_SCAN_NONE;
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
