/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base64, base64url, hex, percent and HTML-entity coding of byte ranges. */
#include "base/eckid_codec.h"

#include <apr_lib.h>
#include <apr_strings.h>

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Writes in as base64 digits without padding to out; returns how many digits it wrote. */
static apr_size_t encode(char *out, eckid_bytes_t in, const char *digits)
{
    const unsigned char *from = (const unsigned char *)in.data;
    char *to = out;
    apr_size_t left = in.len;

    for (; left >= 3; left -= 3, from += 3) {
        *to++ = digits[from[0] >> 2];
        *to++ = digits[(from[0] & 3) << 4 | from[1] >> 4];
        *to++ = digits[(from[1] & 15) << 2 | from[2] >> 6];
        *to++ = digits[from[2] & 63];
    }
    if (left) {
        unsigned second = left == 2 ? from[1] : 0;

        *to++ = digits[from[0] >> 2];
        *to++ = digits[(from[0] & 3) << 4 | second >> 4];
        if (left == 2) {
            *to++ = digits[(second & 15) << 2];
        }
    }
    return (apr_size_t)(to - out);
}

eckid_bytes_t eckid_codec_base64(eckid_bytes_t in, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, (in.len + 2) / 3 * 4 + 1);
    apr_size_t len = encode(out, in, base64_digits);

    while (len % 4) {
        out[len++] = '=';
    }
    out[len] = '\0';
    return eckid_bytes(out, len);
}

eckid_bytes_t eckid_codec_base64url(eckid_bytes_t in, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, (in.len + 2) / 3 * 4 + 1);
    apr_size_t len = encode(out, in, base64url_digits);

    out[len] = '\0';
    return eckid_bytes(out, len);
}

/* The value of each digit, or the kind of any other byte. The alphabets differ in four bytes. */
enum { NO_DIGIT = 64, SPACE = 65, PADDING = 66 };
typedef unsigned char digit_values_t[128];
#define DIGIT_VALUES(plus, minus, slash, underscore)                                               \
    {                                                                                              \
        64, 64, 64, 64, 64, 64, 64, 64, 64, 65, 65, 64, 65, 65, 64, 64, 64, 64, 64, 64, 64, 64,    \
            64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 65, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,    \
            plus, 64, minus, 64, slash, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 66,    \
            64, 64, 64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,  \
            21, 22, 23, 24, 25, 64, 64, 64, 64, underscore, 64, 26, 27, 28, 29, 30, 31, 32, 33,    \
            34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64,    \
            64, 64,                                                                                \
    }
static const digit_values_t base64_values = DIGIT_VALUES(62, 64, 63, 64);
static const digit_values_t base64url_values = DIGIT_VALUES(64, 62, 64, 63);

static unsigned digit_value(const digit_values_t values, char c)
{
    return (unsigned char)c < sizeof(digit_values_t) ? values[(unsigned char)c] : NO_DIGIT;
}

/* Writes the bytes of the last, incomplete group of digits; false if it is malformed. */
static bool decode_rest(char **to, unsigned bits, unsigned digits, unsigned padding)
{
    if (digits == 0) {
        return padding == 0;
    }
    if (digits == 1 || digits + padding != 4) {
        return false;
    }
    bits <<= 6 * padding;
    *(*to)++ = (char)(bits >> 16);
    if (digits == 3) {
        *(*to)++ = (char)(bits >> 8);
    }
    return (bits & (digits == 3 ? 0xFF : 0xFFFF)) == 0;
}

/* Decodes leading groups of four digits up to the first group with anything else in it. This is the
 * fast path for most texts. Returns how many bytes of in it has read. */
static apr_size_t decode_groups(char **out, eckid_bytes_t in, const digit_values_t values)
{
    const unsigned char *from = (const unsigned char *)in.data, *end = from + (in.len & ~3UL);
    char *to = *out;

    for (; from < end && (from[0] | from[1] | from[2] | from[3]) < 128; from += 4) {
        unsigned a = values[from[0]], b = values[from[1]], c = values[from[2]], d = values[from[3]];

        if ((a | b | c | d) >= NO_DIGIT) {
            break;
        }
        *to++ = (char)(a << 2 | b >> 4);
        *to++ = (char)(b << 4 | c >> 2);
        *to++ = (char)(c << 6 | d);
    }
    *out = to;
    return (apr_size_t)((const char *)from - in.data);
}

bool eckid_codec_base64_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool)
{
    char *data = apr_palloc(pool, in.len / 4 * 3 + 4);
    char *to = data;
    unsigned bits = 0, digits = 0, padding = 0;

    for (apr_size_t i = 0; i < in.len; i++) {
        if (digits == 0) {
            i += decode_groups(&to, eckid_bytes(in.data + i, in.len - i), base64_values);
        }
        unsigned value = i < in.len ? digit_value(base64_values, in.data[i]) : SPACE;

        if (value < NO_DIGIT && !padding) {
            bits = bits << 6 | value;
            if (++digits == 4) {
                *to++ = (char)(bits >> 16);
                *to++ = (char)(bits >> 8);
                *to++ = (char)bits;
                digits = bits = 0;
            }
        }
        else if (value == PADDING) {
            padding++;
        }
        else if (value != SPACE) {
            return false;
        }
    }
    if (!decode_rest(&to, bits, digits, padding)) {
        return false;
    }
    *to = '\0';
    *out = eckid_bytes(data, (apr_size_t)(to - data));
    return true;
}

bool eckid_codec_base64url_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool)
{
    char *data = apr_palloc(pool, in.len / 4 * 3 + 4), *to = data;
    const apr_size_t groups = decode_groups(&to, in, base64url_values);
    const unsigned digits = (unsigned)(in.len - groups);
    unsigned bits = 0;

    if (in.len - groups >= 4) {
        return false; /* there is something else among them */
    }
    for (apr_size_t i = groups; i < in.len; i++) {
        const unsigned value = digit_value(base64url_values, in.data[i]);

        if (value >= NO_DIGIT) {
            return false;
        }
        bits = bits << 6 | value;
    }
    if (!decode_rest(&to, bits, digits, digits ? 4 - digits : 0)) {
        return false;
    }
    *to = '\0';
    *out = eckid_bytes(data, (apr_size_t)(to - data));
    return true;
}

eckid_bytes_t eckid_codec_hex(eckid_bytes_t in, apr_pool_t *pool)
{
    static const char digits[] = "0123456789abcdef";
    char *out = apr_palloc(pool, in.len * 2 + 1);

    for (apr_size_t i = 0; i < in.len; i++) {
        out[2 * i] = digits[(unsigned char)in.data[i] >> 4];
        out[2 * i + 1] = digits[(unsigned char)in.data[i] & 15];
    }
    out[in.len * 2] = '\0';
    return eckid_bytes(out, in.len * 2);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int eckid_codec_hex_number(eckid_bytes_t in, apr_size_t digits)
{
    int number = 0;

    for (apr_size_t i = 0; i < digits; i++) {
        int value = i < in.len ? hex_value(in.data[i]) : -1;

        if (value < 0) {
            return -1;
        }
        number = number << 4 | value;
    }
    return number;
}

bool eckid_codec_form_decode(eckid_bytes_t *out, eckid_bytes_t in, apr_pool_t *pool)
{
    char *data = apr_palloc(pool, in.len + 1);
    char *to = data;

    for (apr_size_t i = 0; i < in.len; i++) {
        int coded = eckid_codec_percent_value(eckid_bytes(in.data + i, in.len - i));

        *to = coded >= 0 ? (char)coded : in.data[i] == '+' ? ' ' : in.data[i];
        if (*to++ == '\0') {
            return false;
        }
        i += coded >= 0 ? 2 : 0;
    }
    *to = '\0';
    *out = eckid_bytes(data, (apr_size_t)(to - data));
    return true;
}

bool eckid_codec_form_is(eckid_bytes_t in, const char *text)
{
    for (apr_size_t i = 0; i < in.len; i++, text++) {
        int coded = eckid_codec_percent_value(eckid_bytes(in.data + i, in.len - i));
        char c = coded >= 0 ? (char)coded : in.data[i] == '+' ? ' ' : in.data[i];

        if (!c || c != *text) {
            return false;
        }
        i += coded >= 0 ? 2 : 0;
    }
    return *text == '\0';
}

const char *eckid_codec_percent(eckid_bytes_t in, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, 3 * in.len + 1), *to = out;

    for (apr_size_t i = 0; i < in.len; i++) {
        if (apr_isalnum(in.data[i]) || (in.data[i] && strchr("*-._", in.data[i]))) {
            *to++ = in.data[i];
        }
        else {
            to += apr_snprintf(to, 4, "%%%02X", (unsigned char)in.data[i]);
        }
    }
    *to = '\0';
    return out;
}

typedef struct reference_t {
    const char *name; /* without "&"; includes the ";" if the standard requires one */
    char stands_for;
} reference_t;

/* The named references for ASCII characters; those without ";" are the legacy ones. */
/* clang-format off */
static const reference_t references[] = {
    {"Tab;", '\t'}, {"NewLine;", '\n'}, {"excl;", '!'}, {"quot;", '"'}, {"QUOT;", '"'},
    {"num;", '#'}, {"dollar;", '$'}, {"percnt;", '%'}, {"amp;", '&'}, {"AMP;", '&'},
    {"apos;", '\''}, {"lpar;", '('}, {"rpar;", ')'}, {"ast;", '*'}, {"midast;", '*'},
    {"plus;", '+'}, {"comma;", ','}, {"period;", '.'}, {"sol;", '/'}, {"colon;", ':'},
    {"semi;", ';'}, {"lt;", '<'}, {"LT;", '<'}, {"equals;", '='}, {"gt;", '>'}, {"GT;", '>'},
    {"quest;", '?'}, {"commat;", '@'}, {"lsqb;", '['}, {"lbrack;", '['}, {"bsol;", '\\'},
    {"rsqb;", ']'}, {"rbrack;", ']'}, {"Hat;", '^'}, {"lowbar;", '_'}, {"UnderBar;", '_'},
    {"grave;", '`'}, {"DiacriticalGrave;", '`'}, {"lcub;", '{'}, {"lbrace;", '{'}, {"verbar;", '|'},
    {"vert;", '|'}, {"VerticalLine;", '|'}, {"rcub;", '}'}, {"rbrace;", '}'}, {"quot", '"'},
    {"QUOT", '"'}, {"amp", '&'}, {"AMP", '&'}, {"lt", '<'}, {"LT", '<'}, {"gt", '>'}, {"GT", '>'},
};
/* clang-format on */

/* The named reference that begins with the "&" at the start of in, or NULL. Of names with a common
 * prefix the table lists the longer one first. */
static const reference_t *named_reference(eckid_bytes_t in)
{
    char first = in.len > 1 ? in.data[1] : '\0';

    for (apr_size_t i = 0; apr_isalpha(first) && i < sizeof(references) / sizeof(*references);
         i++) {
        apr_size_t len = *references[i].name == first ? strlen(references[i].name) : in.len;

        if (len < in.len && memcmp(references[i].name, in.data + 1, len) == 0) {
            char next = len + 1 < in.len ? in.data[len + 1] : '\0';
            bool closed = references[i].name[len - 1] == ';';

            /* 13.2.5.73: in an attribute, "&amp=" and "&ampx" are left as they are. */
            return closed || (next != '=' && !apr_isalnum(next)) ? &references[i] : NULL;
        }
    }
    return NULL;
}

/* 13.2.5.80: a numeric reference in the C1 range means this windows-1252 character. */
static const unsigned short windows_1252[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static char *put_utf8(char *to, unsigned code)
{
    if (code >= 0x80 && code < 0xA0) {
        code = windows_1252[code - 0x80];
    }
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        code = 0xFFFD;
    }
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    if (code < 0x800) {
        *to++ = (char)(0xC0 | code >> 6);
    }
    else if (code < 0x10000) {
        *to++ = (char)(0xE0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
    }
    else {
        *to++ = (char)(0xF0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 63));
        *to++ = (char)(0x80 | (code >> 6 & 63));
    }
    *to++ = (char)(0x80 | (code & 63));
    return to;
}

/* Decodes a numeric reference at the start of in to *to; returns its length in bytes, or 0. */
static apr_size_t numeric_reference(char **to, eckid_bytes_t in)
{
    if (in.len < 3 || in.data[1] != '#') {
        return 0;
    }
    bool hex = (in.data[2] | 0x20) == 'x';
    apr_size_t start = hex ? 3 : 2, i = start;
    unsigned code = 0;

    for (; i < in.len && (hex ? hex_value(in.data[i]) >= 0 : apr_isdigit(in.data[i])); i++) {
        code = code * (hex ? 16 : 10) + (unsigned)hex_value(in.data[i]);
        code = code > 0x10FFFF ? 0x110000 : code;
    }
    if (i == start) {
        return 0;
    }
    *to = put_utf8(*to, code);
    return i < in.len && in.data[i] == ';' ? i + 1 : i;
}

/* Decodes any reference at the start of in to *to; returns its length in bytes, or 0. */
static apr_size_t any_reference(char **to, eckid_bytes_t in)
{
    const reference_t *named = named_reference(in);

    if (named) {
        *(*to)++ = named->stands_for;
        return strlen(named->name) + 1;
    }
    return numeric_reference(to, in);
}

eckid_bytes_t eckid_codec_html_decode(eckid_bytes_t in, apr_pool_t *pool)
{
    /* A reference is never shorter than its UTF-8: "&#9" is three bytes, and U+10FFFF takes
     * four. */
    char *data = apr_palloc(pool, in.len + 1);
    char *to = data;

    while (in.len) {
        const char *and = memchr(in.data, '&', in.len);
        apr_size_t taken = and? (apr_size_t)(and-in.data) : in.len;

        memcpy(to, in.data, taken);
        to += taken;
        if (and) {
            apr_size_t coded = any_reference(&to, eckid_bytes(and, in.len - taken));

            if (!coded) {
                *to++ = '&';
            }
            taken += coded ? coded : 1;
        }
        in = eckid_bytes(in.data + taken, in.len - taken);
    }
    *to = '\0';
    return eckid_bytes(data, (apr_size_t)(to - data));
}

eckid_bytes_t eckid_codec_narrow(eckid_bytes_t text, apr_pool_t *pool)
{
    char *narrow, *to;

    if (!text.len || !memchr(text.data, '\0', text.len)) {
        return text;
    }
    narrow = to = apr_palloc(pool, text.len + 1);
    for (apr_size_t i = 0; i < text.len; i++) {
        *to = text.data[i];
        to += text.data[i] != '\0';
    }
    *to = '\0';
    return eckid_bytes(narrow, (apr_size_t)(to - narrow));
}

const char *eckid_codec_html(const char *text, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, strlen(text) * 6 + 1);
    char *to = out;

    for (; *text; text++) {
        const char *coded = *text == '&'    ? "&amp;"
                            : *text == '<'  ? "&lt;"
                            : *text == '>'  ? "&gt;"
                            : *text == '"'  ? "&quot;"
                            : *text == '\'' ? "&#39;"
                                            : NULL;
        if (coded) {
            to = apr_cpystrn(to, coded, 7);
        }
        else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return out;
}

const char *eckid_codec_lower(eckid_bytes_t text, apr_pool_t *pool)
{
    char *copy = apr_pstrmemdup(pool, text.data, text.len);

    for (apr_size_t i = 0; i < text.len; i++) {
        copy[i] |= copy[i] >= 'A' && copy[i] <= 'Z' ? 0x20 : 0;
    }
    return copy;
}

eckid_bytes_t eckid_codec_trim(eckid_bytes_t in)
{
    while (in.len && eckid_codec_is_space(in.data[0])) {
        in.data++;
        in.len--;
    }
    while (in.len && eckid_codec_is_space(in.data[in.len - 1])) {
        in.len--;
    }
    return in;
}
