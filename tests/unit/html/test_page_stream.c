/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <zlib.h>

#include "html/eckid_page_stream.h"

#define FIELD "<input name=\"SAMLResponse\" value=\"x\">"

START_TEST(nothing_of_a_field_is_ever_settled)
{
    const char page[] = "<p>abc</p><img alt='" FIELD "'><script>" FIELD "</script><p>" FIELD "</p>";
    eckid_page_stream_t *watch = eckid_page_stream_page(false, 1000, pool);
    apr_off_t field = (apr_off_t)strlen(page) - (apr_off_t)strlen(FIELD "</p>");
    eckid_err_t *err = NULL;
    apr_size_t at = 0;

    for (; at < strlen(page) && !err; at++) {
        err = eckid_page_stream_feed(watch, eckid_bytes(page + at, 1));
        ck_assert(eckid_page_stream_settled(watch) <= field);
    }
    refused(err, ECKID_TOO_LONG);
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), (int)field);
}
END_TEST

START_TEST(all_is_settled_where_there_is_no_field)
{
    eckid_page_stream_t *watch = eckid_page_stream_page(false, 1000, pool);

    ok(eckid_page_stream_feed(watch, str("<p>abc<b")));
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), 6);
    ok(eckid_page_stream_feed(watch, str(">")));
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), 9);
    ok(eckid_page_stream_end(watch));
}
END_TEST

START_TEST(an_end_within_a_tag_is_refused)
{
    eckid_page_stream_t *watch = eckid_page_stream_page(false, 1000, pool);

    ok(eckid_page_stream_feed(watch, str("<p><input name=")));
    refused(eckid_page_stream_end(watch), ECKID_TRUNCATED);
}
END_TEST

static const char *const logins[] = {
    "<script>r='<!--<script>';</script><input value=\"PHM6QXNzZXJ0aW9uIElEPSd4Jz4=\">",
    "<pre><s:Assertion ID='x'>",
    "<s:Assertion ID='x'>",
};

START_TEST(a_login_outside_of_a_field_is_seen)
{
    for (int i = 0; i < 2; i++) {
        eckid_page_stream_t *watch =
            i ? eckid_page_stream_xml(false, pool) : eckid_page_stream_page(false, 1000, pool);
        eckid_err_t *err = NULL;

        for (const char *at = logins[_i]; *at && !err; at++) {
            err = eckid_page_stream_feed(watch, eckid_bytes(at, 1));
        }
        refused(err, ECKID_TOO_LONG);
    }
}
END_TEST

START_TEST(an_end_within_a_script_is_refused_in_pages_only)
{
    eckid_page_stream_t *page = eckid_page_stream_page(false, 1000, pool),
                        *xml = eckid_page_stream_xml(false, pool);

    ok(eckid_page_stream_feed(page, str("<html><script src='a'/>SAMLart")));
    refused(eckid_page_stream_end(page), ECKID_TRUNCATED);
    ok(eckid_page_stream_feed(xml, str("<html><script src='a'/>")));
    ck_assert_int_eq((int)eckid_page_stream_settled(xml), 23);
    ok(eckid_page_stream_end(xml));
}
END_TEST

/* A page as gzip that can be read up to each flush. */
static int pack(unsigned char *out, int room, int *cut, const char *first, const char *second)
{
    z_stream stream = {0};

    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    stream.next_in = (Bytef *)first;
    stream.avail_in = (uInt)strlen(first);
    deflate(&stream, Z_SYNC_FLUSH);
    *cut = (int)stream.total_out;
    stream.next_in = (Bytef *)second;
    stream.avail_in = (uInt)strlen(second);
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return (int)stream.total_out;
}

START_TEST(compressed_bytes_wait_for_the_tag_they_are_part_of)
{
    unsigned char packed[1000];
    int cut, len = pack(packed, 1000, &cut, "<p>abc</p><input na", "me=RelayState><p>");
    eckid_page_stream_t *watch = eckid_page_stream_page(true, 1000, pool);

    ok(eckid_page_stream_feed(watch, eckid_bytes(packed, (apr_size_t)cut)));
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), 0);
    refused(eckid_page_stream_end(watch), ECKID_CODING);
    ok(eckid_page_stream_feed(watch, eckid_bytes(packed + cut, (apr_size_t)(len - cut))));
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), len);
    ok(eckid_page_stream_end(watch));
}
END_TEST

START_TEST(a_field_in_compressed_bytes_is_seen)
{
    unsigned char packed[1000];
    int cut, len = pack(packed, 1000, &cut, "<p>abc</p>", "<p>" FIELD "</p>");
    eckid_page_stream_t *watch = eckid_page_stream_page(true, 1000, pool);

    ok(eckid_page_stream_feed(watch, eckid_bytes(packed, (apr_size_t)cut)));
    refused(eckid_page_stream_feed(watch, eckid_bytes(packed + cut, (apr_size_t)(len - cut))),
            ECKID_TOO_LONG);
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), cut);
}
END_TEST

UNIT_SUITE(page_stream)
{
    Suite *suite = suite_create("page_stream");
    TCase *tcase = unit_case(suite, "watch");

    tcase_add_test(tcase, nothing_of_a_field_is_ever_settled);
    tcase_add_test(tcase, all_is_settled_where_there_is_no_field);
    tcase_add_test(tcase, an_end_within_a_tag_is_refused);
    tcase_add_loop_test(tcase, a_login_outside_of_a_field_is_seen, 0, COUNT(logins));
    tcase_add_test(tcase, an_end_within_a_script_is_refused_in_pages_only);
    tcase_add_test(tcase, compressed_bytes_wait_for_the_tag_they_are_part_of);
    tcase_add_test(tcase, a_field_in_compressed_bytes_is_seen);
    return suite;
}
