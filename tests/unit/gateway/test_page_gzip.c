/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <zlib.h>

#include "support/gateway.h"

static eckid_bytes_t gzip(const char *text)
{
    z_stream stream = {0};
    apr_size_t room = strlen(text) + 1000;
    unsigned char *out = apr_palloc(pool, room);

    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)text;
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return eckid_bytes(out, stream.total_out);
}

START_TEST(a_gzipped_page_is_read_and_sent_plain)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();
    eckid_bytes_t packed = gzip(maker_page(MAKER_CONSUMER, maker_xml(&maker)));
    eckid_decision_t decision =
        eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_str_eq(gateway_attributes_in(decision.body), "uid eckId");
    packed.len--;
    gateway_refuses(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                    ECKID_CODING);
}
END_TEST

START_TEST(a_long_gzipped_page_passes_if_it_holds_no_login)
{
    gateway_scene_t *scene = gateway_scene();
    char *text = apr_pcalloc(pool, 300000);
    maker_t maker = maker_usual();

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    ck_assert_int_eq(
        eckid_page_rewrite(&scene->gateway, gzip(text), true, maker_moment(), pool).verdict,
        ECKID_PASS);
    text = apr_pstrcat(pool, text, maker_page(MAKER_CONSUMER, maker_xml(&maker)), NULL);
    gateway_refuses(eckid_page_rewrite(&scene->gateway, gzip(text), true, maker_moment(), pool),
                    502, ECKID_TOO_LONG);
}
END_TEST

START_TEST(a_long_gzipped_page_must_be_whole)
{
    gateway_scene_t *scene = gateway_scene();
    char *text = apr_pcalloc(pool, 300000);
    eckid_bytes_t packed;

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    packed = gzip(apr_pstrcat(pool, text, "<input name=SAMLResponse value=\"PHNhbW", NULL));
    gateway_refuses(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                    ECKID_TRUNCATED);
    packed = gzip(text);
    packed.len -= 8;
    gateway_refuses(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                    ECKID_CODING);
    packed = gzip(apr_pstrcat(pool, "\xFE\xFF", text, NULL));
    gateway_refuses(eckid_page_rewrite(&scene->gateway, packed, true, maker_moment(), pool), 502,
                    ECKID_CODING);
}
END_TEST

START_TEST(a_long_gzipped_body_of_xml_is_looked_at_whole)
{
    gateway_scene_t *scene = gateway_scene();
    char *text = apr_pcalloc(pool, 300000);
    maker_t maker = maker_usual();

    memset(text, 'x', 299999);
    scene->gateway.page_max = 100000;
    const char *rss = apr_pstrcat(pool, "<rss>", text, "</rss>", NULL);
    const char *login = apr_pstrcat(pool, "<rss>", text, maker_xml(&maker), NULL);

    ck_assert_int_eq(eckid_page_check_xml(&scene->gateway, gzip(rss), true, pool).verdict,
                     ECKID_PASS);
    gateway_refuses(eckid_page_check_xml(&scene->gateway, gzip(login), true, pool), 502,
                    ECKID_TOO_LONG);
}
END_TEST

UNIT_SUITE(page_gzip)
{
    Suite *suite = suite_create("page_gzip");
    TCase *tcase = unit_case(suite, "page_gzip");

    tcase_add_test(tcase, a_gzipped_page_is_read_and_sent_plain);
    tcase_add_test(tcase, a_long_gzipped_page_passes_if_it_holds_no_login);
    tcase_add_test(tcase, a_long_gzipped_page_must_be_whole);
    tcase_add_test(tcase, a_long_gzipped_body_of_xml_is_looked_at_whole);
    return suite;
}
