/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_deflate.h"
#include "base/eckid_inflate.h"

static const struct {
    const char *part;
    int times;
} texts[] = {{"", 0}, {"a", 1}, {"<a b='c'/>", 1000}, {"\xc3\xab", 40000}};

START_TEST(what_was_deflated_inflates)
{
    eckid_bytes_t back;

    apr_size_t len = strlen(texts[_i].part);
    char *made = apr_palloc(pool, len * (apr_size_t)texts[_i].times + 1);

    made[0] = '\0';
    for (int i = 0; i < texts[_i].times; i++) {
        memcpy(made + len * (apr_size_t)i, texts[_i].part, len + 1);
    }
    eckid_bytes_t packed = eckid_deflate(str(made), pool);

    ok(eckid_inflate_all(&back, ECKID_DEFLATE, packed, 100000, pool));
    ck_assert_str_eq(back.data, made);
    ck_assert(texts[_i].times < 100 || packed.len < strlen(made) / 10);
}
END_TEST

UNIT_SUITE(deflate)
{
    Suite *suite = suite_create("deflate");
    TCase *tcase = unit_case(suite, "deflate");

    tcase_add_loop_test(tcase, what_was_deflated_inflates, 0, COUNT(texts));
    return suite;
}
