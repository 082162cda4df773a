/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_bridge_page.h"
#include "crypto/eckid_digest.h"
#include "html/eckid_form.h"

START_TEST(a_browser_reads_from_it_what_was_put_in)
{
    const eckid_bridge_post_t post = {"https://a.example/acs?x=1&y=\"<", "SAMLResponse",
                                      str("<xml/>"), "\"><script>alert(1)</script>&amp;"};
    eckid_bytes_t page = eckid_bridge_page(&post, "en", pool);
    const eckid_form_t *form;

    ok(eckid_form_read(&form, page, pool));
    ck_assert_int_eq(form->fields->nelts, 1);
    const eckid_form_field_t *field = &APR_ARRAY_IDX(form->fields, 0, eckid_form_field_t);

    ck_assert_str_eq(field->action, post.action);
    ck_assert_str_eq(field->value.data, "PHhtbC8+");
    ck_assert_ptr_null(strstr(page.data, "<script>alert"));
    ck_assert_ptr_nonnull(strstr(page.data, "&quot;&gt;&lt;script&gt;"));
}
END_TEST

START_TEST(without_a_relay_state_there_is_no_field_for_it)
{
    const eckid_bridge_post_t post = {"https://a.example", "SAMLRequest", str("<xml/>"), NULL};
    eckid_bytes_t page = eckid_bridge_page(&post, "nl", pool);

    ck_assert_ptr_null(strstr(page.data, "RelayState"));
    ck_assert_ptr_nonnull(strstr(page.data, "<noscript><button>Verder"));
}
END_TEST

START_TEST(its_policy_allows_its_script)
{
    eckid_bytes_t digest = eckid_digest_sha256(str("document.forms[0].submit()"), pool);

    ck_assert_ptr_nonnull(strstr(ECKID_BRIDGE_PAGE_CSP, eckid_codec_base64(digest, pool).data));
}
END_TEST

UNIT_SUITE(bridge_page)
{
    Suite *suite = suite_create("bridge_page");
    TCase *tcase = unit_case(suite, "page");

    tcase_add_test(tcase, a_browser_reads_from_it_what_was_put_in);
    tcase_add_test(tcase, without_a_relay_state_there_is_no_field_for_it);
    tcase_add_test(tcase, its_policy_allows_its_script);
    return suite;
}
