/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <ctype.h>

typedef struct pair_t {
    const char *plain, *coded;
} pair_t;

/* RFC 4648 section 10 */
static const pair_t base64[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

START_TEST(base64_vectors_of_the_rfc)
{
    eckid_bytes_t out;

    ck_assert_str_eq(eckid_codec_base64(str(base64[_i].plain), pool).data, base64[_i].coded);
    ck_assert(eckid_codec_base64_decode(&out, str(base64[_i].coded), pool));
    ck_assert_str_eq(out.data, base64[_i].plain);
}
END_TEST

START_TEST(base64_carries_every_byte)
{
    char all[256];
    eckid_bytes_t out;

    for (int i = 0; i < 256; i++) {
        all[i] = (char)i;
    }
    ck_assert(
        eckid_codec_base64_decode(&out, eckid_codec_base64(eckid_bytes(all, 256), pool), pool));
    ck_assert(eckid_bytes_equal(out, eckid_bytes(all, 256)));
}
END_TEST

static const char *const not_base64[] = {
    "Z",
    "Zg",
    "Zg=",
    "Zg===",
    "Zh==",
    "Zm9=",
    "Zm9v=",
    "=",
    "Zg==Z",
    "Z=g=",
    "Zm-v",
    "Zm_v",
    "Zm\x01v",
    "Zm\x80v",
    "Zm9v====",
    "Zm9v=Zm9v",
    "Zm9v Zm9v= Zm9v",
};

START_TEST(base64_has_one_spelling)
{
    eckid_bytes_t out;

    ck_assert_msg(!eckid_codec_base64_decode(&out, str(not_base64[_i]), pool), "%s",
                  not_base64[_i]);
}
END_TEST

START_TEST(base64_may_be_folded)
{
    eckid_bytes_t out;

    ck_assert(eckid_codec_base64_decode(&out, str(" Zm\r\n9v\tYg =\n= "), pool));
    ck_assert_str_eq(out.data, "foob");
}
END_TEST

START_TEST(base64_may_be_folded_anywhere)
{
    eckid_bytes_t plain = str("any carnal pleasure, as RFC 4648 has it"), out;
    eckid_bytes_t coded = eckid_codec_base64(plain, pool);

    for (apr_size_t width = 1; width <= coded.len; width++) {
        char folded[200], *to = folded;

        for (apr_size_t i = 0; i < coded.len; i++) {
            *to++ = coded.data[i];
            if (i % width == width - 1) {
                *to++ = '\n';
            }
        }
        ck_assert(
            eckid_codec_base64_decode(&out, eckid_bytes(folded, (apr_size_t)(to - folded)), pool));
        ck_assert(eckid_bytes_equal(out, plain));
    }
}
END_TEST

#define BYTES 256 /* that there are */

/* Any byte that is no digit, at any place of two groups. */
START_TEST(base64_knows_its_digits)
{
    for (int at = 0; at < 8; at++) {
        char text[] = "Zm9vYmEy";
        eckid_bytes_t out;

        text[at] = (char)_i;
        bool digit = (_i < 128 && isalnum(_i)) || _i == '+' || _i == '/';

        ck_assert_int_eq(eckid_codec_base64_decode(&out, eckid_bytes(text, 8), pool),
                         digit || (at == 7 && _i == '='));
    }
}
END_TEST

START_TEST(base64url_has_no_padding)
{
    ck_assert_str_eq(eckid_codec_base64url(eckid_bytes("\xfb\xff\xfe\xff", 4), pool).data,
                     "-__-_w");
}
END_TEST

/* Any byte at any place: what is read is written the same again. */
START_TEST(base64url_knows_its_digits)
{
    static const char *const texts[] = {"Zm9vYmEy", "Zm9vYmA", "Zm9vYQ"};

    for (int i = 0; i < COUNT(texts); i++) {
        const apr_size_t len = strlen(texts[i]);

        for (apr_size_t at = 0; at < len; at++) {
            eckid_bytes_t out, text = eckid_bytes(apr_pstrdup(pool, texts[i]), len);
            const bool digit = (_i < 128 && isalnum(_i)) || _i == '-' || _i == '_';

            ((char *)text.data)[at] = (char)_i;
            if (!eckid_codec_base64url_decode(&out, text, pool)) {
                ck_assert(!digit || (at == len - 1 && i > 0)); /* bits that are not used */
            }
            else {
                ck_assert(digit && eckid_bytes_equal(eckid_codec_base64url(out, pool), text));
            }
        }
    }
}
END_TEST

START_TEST(base64url_is_read_as_it_is_written)
{
    char bytes[64];

    for (apr_size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(i * 37);
    }
    for (apr_size_t len = 0; len <= sizeof(bytes); len++) {
        eckid_bytes_t out, coded = eckid_codec_base64url(eckid_bytes(bytes, len), pool);

        ck_assert(eckid_codec_base64url_decode(&out, coded, pool));
        ck_assert(eckid_bytes_equal(out, eckid_bytes(bytes, len)));
    }
}
END_TEST

START_TEST(hex_is_lower_case)
{
    ck_assert_str_eq(eckid_codec_hex(eckid_bytes("\x00\xAB\xff", 3), pool).data, "00abff");
}
END_TEST

static const pair_t form[] = {
    {"a b", "a+b"}, {"a+b", "a%2Bb"}, {"a/b", "a%2fb"}, {"100%", "100%"},
    {"%zz", "%zz"}, {"%4", "%4"},     {"", ""},
};

START_TEST(form_decodes)
{
    eckid_bytes_t out;

    ck_assert(eckid_codec_form_decode(&out, str(form[_i].coded), pool));
    ck_assert_str_eq(out.data, form[_i].plain);
}
END_TEST

START_TEST(form_has_no_nul)
{
    eckid_bytes_t out;

    ck_assert(!eckid_codec_form_decode(&out, str("a%00b"), pool));
}
END_TEST

static const pair_t html[] = {
    {"a+b", "a&#43;b"},
    {"a+b", "a&#x2B;b"},
    {"a+b", "a&#X2b;b"},
    {"a+b", "a&plus;b"},
    {"a=b", "a&equals;b"},
    {"a/b", "a&sol;b"},
    {"a\nb", "a&#10;b"},
    {"a\nb", "a&NewLine;b"},
    {"a&b", "a&amp;b"},
    {"<\"'>", "&lt;&quot;&apos;&gt;"},
    {"&", "&"},
    {"&;", "&;"},
    {"&#;", "&#;"},
    {"&#x;", "&#x;"},
    {"\xe2\x82\xac", "&#x20AC;"},
    {"\xe2\x82\xac", "&#128;"},
    {"\xf0\x9f\x98\x80", "&#x1F600;"},
    {"\xef\xbf\xbd", "&#0;"},
    {"\xef\xbf\xbd", "&#xD800;"},
    {"\xef\xbf\xbd", "&#99999999999999;"},
    {"A", "&#65"},
    {"&eacute;", "&eacute;"},
    {"a=1&b=2", "a=1&amp;b=2"},
};

START_TEST(html_references)
{
    ck_assert_str_eq(eckid_codec_html_decode(str(html[_i].coded), pool).data, html[_i].plain);
}
END_TEST

/* HTML standard section 13.2.5.73: in an attribute these are no references */
static const pair_t legacy[] = {
    {"?a=1&amp=2", "?a=1&amp=2"},
    {"?a=1&ltd", "?a=1&ltd"},
    {"?a=1&copy=2", "?a=1&copy=2"},
    {"a & b", "a &amp b"},
    {"&", "&amp"},
    {"&lt1", "&lt1"},
};

START_TEST(html_legacy_references_in_attributes)
{
    ck_assert_str_eq(eckid_codec_html_decode(str(legacy[_i].coded), pool).data, legacy[_i].plain);
}
END_TEST

START_TEST(html_escapes)
{
    ck_assert_str_eq(eckid_codec_html("<a href=\"x\">'&'", pool),
                     "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
}
END_TEST

START_TEST(trim_takes_white_space_only_from_the_ends)
{
    ck_assert(eckid_bytes_equal(eckid_codec_trim(str(" \t\r\n a b \f")), str("a b")));
    ck_assert_int_eq((int)eckid_codec_trim(str(" \n ")).len, 0);
}
END_TEST

UNIT_SUITE(codec)
{
    Suite *suite = suite_create("codec");
    TCase *tcase = unit_case(suite, "codec");

    tcase_add_loop_test(tcase, base64_vectors_of_the_rfc, 0, COUNT(base64));
    tcase_add_test(tcase, base64_carries_every_byte);
    tcase_add_loop_test(tcase, base64_has_one_spelling, 0, COUNT(not_base64));
    tcase_add_test(tcase, base64_may_be_folded);
    tcase_add_test(tcase, base64_may_be_folded_anywhere);
    tcase_add_loop_test(tcase, base64_knows_its_digits, 0, BYTES);
    tcase_add_test(tcase, base64url_has_no_padding);
    tcase_add_loop_test(tcase, base64url_knows_its_digits, 0, BYTES);
    tcase_add_test(tcase, base64url_is_read_as_it_is_written);
    tcase_add_test(tcase, hex_is_lower_case);
    tcase_add_loop_test(tcase, form_decodes, 0, COUNT(form));
    tcase_add_test(tcase, form_has_no_nul);
    tcase_add_loop_test(tcase, html_references, 0, COUNT(html));
    tcase_add_loop_test(tcase, html_legacy_references_in_attributes, 0, COUNT(legacy));
    tcase_add_test(tcase, html_escapes);
    tcase_add_test(tcase, trim_takes_white_space_only_from_the_ends);
    return suite;
}
