/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_digest.h"
#include "html/eckid_form.h"
#include "html/eckid_post_page.h"

START_TEST(a_browser_reads_from_a_field_what_was_put_in)
{
    const char *value = "\"><script>alert(1)</script>&amp;";
    const eckid_form_t *form;

    ok(eckid_form_read(&form, str(eckid_post_page_field("SAMLResponse", value, pool)), pool));
    ck_assert_int_eq(form->fields->nelts, 1);
    ck_assert_str_eq(APR_ARRAY_IDX(form->fields, 0, eckid_form_field_t).value.data, value);
}
END_TEST

START_TEST(what_is_not_there_has_no_field)
{
    ck_assert_str_eq(eckid_post_page_field("RelayState", NULL, pool), "");
}
END_TEST

START_TEST(the_policy_allows_the_script)
{
    const char *script = ECKID_POST_PAGE_SCRIPT;
    const char *from = strchr(script, '>') + 1, *to = strstr(from, "</script>");
    eckid_bytes_t digest = eckid_digest_sha256(eckid_bytes(from, (apr_size_t)(to - from)), pool);

    ck_assert_ptr_nonnull(strstr(ECKID_POST_PAGE_SOURCE, eckid_codec_base64(digest, pool).data));
}
END_TEST

UNIT_SUITE(post_page)
{
    Suite *suite = suite_create("post_page");
    TCase *tcase = unit_case(suite, "post_page");

    tcase_add_test(tcase, a_browser_reads_from_a_field_what_was_put_in);
    tcase_add_test(tcase, what_is_not_there_has_no_field);
    tcase_add_test(tcase, the_policy_allows_the_script);
    return suite;
}
