/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <zlib.h>
#include <apr_strings.h>

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

static eckid_err_t *judge_run(void *self, eckid_bytes_t run)
{
    (void)self;
    return memmem(run.data, run.len, "eyJ.bad.", 8) ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "x")
                                                    : NULL;
}

START_TEST(nothing_of_a_token_is_settled_before_it_is_judged)
{
    static const char page[] = "<p>one e.g. two</p><p>x=eyJ.bad.sig</p>";
    const int token = (int)(strstr(page, "eyJ") - page);
    eckid_page_stream_t *watch = eckid_page_stream_page(false, 1000, pool);
    eckid_err_t *err = NULL;

    eckid_page_stream_judge(watch, judge_run, NULL);
    for (int at = 0; page[at] && !err; at++) {
        err = eckid_page_stream_feed(watch, eckid_bytes(page + at, 1));
        ck_assert_int_le((int)eckid_page_stream_settled(watch), token);
    }
    refused(err, ECKID_RESPONSE_MODE);
    ck_assert_int_eq((int)eckid_page_stream_settled(watch), token);
}
END_TEST

START_TEST(a_token_at_the_end_is_judged)
{
    eckid_page_stream_t *watch = eckid_page_stream_xml(false, pool);

    eckid_page_stream_judge(watch, judge_run, NULL);
    ok(eckid_page_stream_feed(watch, str("<x>eyJ.ba")));
    ok(eckid_page_stream_feed(watch, str("d.sig")));
    refused(eckid_page_stream_end(watch), ECKID_RESPONSE_MODE);
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

/* Base64 without end, such as a picture: only the last of it can be a token's beginning. */
START_TEST(compressed_bytes_go_on_while_a_run_does)
{
    const apr_size_t len = 2000000;
    char *plain = apr_palloc(pool, len + 1);
    unsigned char *packed = apr_palloc(pool, len);
    unsigned seed = 1;
    int cut;

    for (apr_size_t i = 0; i < len; i++) {
        plain[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            [(seed = seed * 1103515245 + 12345) >> 26];
    }
    plain[len] = '\0';
    const int all = pack(packed, (int)len, &cut, "<p>", plain);
    eckid_page_stream_t *watch = eckid_page_stream_page(true, 1000, pool);
    int waits = 0;

    eckid_page_stream_judge(watch, judge_run, NULL);
    for (int at = 0, step; at < all; at += step) {
        step = all - at < 100 ? all - at : 100;
        ok(eckid_page_stream_feed(watch, eckid_bytes(packed + at, (apr_size_t)step)));
        const int now = at + step - (int)eckid_page_stream_settled(watch);

        waits = now > waits ? now : waits;
    }
    ck_assert_int_lt(waits, 5 * ECKID_TOKEN_RUNS_MAX);
    ok(eckid_page_stream_end(watch));
}
END_TEST

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
    tcase_add_test(tcase, nothing_of_a_token_is_settled_before_it_is_judged);
    tcase_add_test(tcase, a_token_at_the_end_is_judged);
    tcase_add_test(tcase, compressed_bytes_go_on_while_a_run_does);
    tcase_add_test(tcase, compressed_bytes_wait_for_the_tag_they_are_part_of);
    tcase_add_test(tcase, a_field_in_compressed_bytes_is_seen);
    return suite;
}
