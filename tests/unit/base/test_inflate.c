/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <zlib.h>

#include "base/eckid_inflate.h"

static eckid_bytes_t pack(eckid_bytes_t plain, eckid_inflate_format_t format)
{
    z_stream stream = {0};
    apr_size_t room = plain.len + 1024;
    unsigned char *out = apr_palloc(pool, room);

    deflateInit2(&stream, 6, Z_DEFLATED, format == ECKID_GZIP ? 31 : -15, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)plain.data;
    stream.avail_in = (uInt)plain.len;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return eckid_bytes(out, stream.total_out);
}

static eckid_bytes_t zeros(apr_size_t len)
{
    return eckid_bytes(apr_pcalloc(pool, len), len);
}

static const eckid_inflate_format_t formats[] = {ECKID_GZIP, ECKID_DEFLATE};

START_TEST(both_formats_come_back)
{
    eckid_inflate_format_t format = formats[_i];
    eckid_bytes_t out;

    ok(eckid_inflate_all(&out, format, pack(str("<html>pagina</html>"), format), 100, pool));
    ck_assert_str_eq(out.data, "<html>pagina</html>");
}
END_TEST

START_TEST(long_content_comes_back_whole)
{
    eckid_bytes_t out, plain = zeros(300000);

    ok(eckid_inflate_all(&out, ECKID_GZIP, pack(plain, ECKID_GZIP), plain.len, pool));
    ck_assert(eckid_bytes_equal(out, plain));
}
END_TEST

START_TEST(more_than_the_limit_is_refused)
{
    eckid_bytes_t out;

    refused(eckid_inflate_all(&out, ECKID_GZIP, pack(zeros(50000000), ECKID_GZIP), 100000, pool),
            ECKID_LIMIT);
}
END_TEST

START_TEST(the_start_of_more_than_the_limit_can_be_had)
{
    eckid_bytes_t out;

    ok(eckid_inflate_start(&out, ECKID_GZIP, pack(zeros(500000), ECKID_GZIP), 100000, pool));
    ck_assert_int_gt((int)out.len, 80000);
    ck_assert_int_le((int)out.len, 100000);
}
END_TEST

/* Bytes cut off at most: the 8 of the trailer (RFC 1952 section 2.3) and some of the data. */
#define CUT_MOST 20

START_TEST(cut_data_is_refused)
{
    eckid_bytes_t out, packed = pack(str("<html>pagina</html>"), ECKID_GZIP);

    packed.len -= 1 + (apr_size_t)_i;
    refused(eckid_inflate_all(&out, ECKID_GZIP, packed, 100, pool), ECKID_CODING);
}
END_TEST

START_TEST(a_wrong_checksum_is_refused)
{
    eckid_bytes_t out, packed = pack(str("<html>pagina</html>"), ECKID_GZIP);

    ((char *)packed.data)[packed.len - 6] ^= 1;
    refused(eckid_inflate_all(&out, ECKID_GZIP, packed, 100, pool), ECKID_CODING);
}
END_TEST

START_TEST(what_follows_the_end_is_refused)
{
    eckid_bytes_t out, packed = pack(str("a"), ECKID_GZIP);
    char *longer = apr_pcalloc(pool, packed.len + 1);

    memcpy(longer, packed.data, packed.len);
    refused(eckid_inflate_all(&out, ECKID_GZIP, eckid_bytes(longer, packed.len + 1), 100, pool),
            ECKID_CODING);
}
END_TEST

START_TEST(what_is_not_of_the_format_is_refused)
{
    eckid_bytes_t out;

    refused(eckid_inflate_all(&out, ECKID_GZIP, str("<html>"), 100, pool), ECKID_CODING);
}
END_TEST

static eckid_err_t *append(void *text, eckid_bytes_t plain)
{
    strncat(text, plain.data, plain.len);
    return NULL;
}

START_TEST(pieces_of_one_byte_give_the_same)
{
    char text[100] = "";
    eckid_bytes_t packed = pack(str("<html>pagina</html>"), ECKID_GZIP);
    eckid_inflate_t *inflater = eckid_inflate_make(ECKID_GZIP, append, text, pool);

    for (apr_size_t i = 0; i < packed.len; i++) {
        ck_assert(!eckid_inflate_ended(inflater));
        ok(eckid_inflate_feed(inflater, eckid_bytes(packed.data + i, 1)));
    }
    ck_assert(eckid_inflate_ended(inflater));
    ck_assert_str_eq(text, "<html>pagina</html>");
}
END_TEST

UNIT_SUITE(inflate)
{
    Suite *suite = suite_create("inflate");
    TCase *tcase = unit_case(suite, "inflate");

    tcase_add_loop_test(tcase, both_formats_come_back, 0, COUNT(formats));
    tcase_add_test(tcase, long_content_comes_back_whole);
    tcase_add_test(tcase, more_than_the_limit_is_refused);
    tcase_add_test(tcase, the_start_of_more_than_the_limit_can_be_had);
    tcase_add_loop_test(tcase, cut_data_is_refused, 0, CUT_MOST);
    tcase_add_test(tcase, a_wrong_checksum_is_refused);
    tcase_add_test(tcase, what_follows_the_end_is_refused);
    tcase_add_test(tcase, what_is_not_of_the_format_is_refused);
    tcase_add_test(tcase, pieces_of_one_byte_give_the_same);
    return suite;
}
