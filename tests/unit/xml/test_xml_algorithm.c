/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_algorithm.h"

static const eckid_digest_alg_t digests[] = {ECKID_SHA1, ECKID_SHA256, ECKID_SHA384, ECKID_SHA512};

START_TEST(a_digest_has_one_uri)
{
    eckid_digest_alg_t found;

    ck_assert(eckid_xml_digest_find(&found, eckid_xml_digest_uri(digests[_i])));
    ck_assert_int_eq(found, digests[_i]);
}
END_TEST

START_TEST(other_uris_are_not_known)
{
    eckid_digest_alg_t found;

    ck_assert(!eckid_xml_digest_find(&found, "http://www.w3.org/2001/04/xmldsig-more#md5"));
    ck_assert(!eckid_xml_digest_find(&found, ""));
}
END_TEST

START_TEST(a_name_for_the_log_is_a_short_uri)
{
    char *longer = apr_pstrcat(pool, eckid_xml_digest_uri(ECKID_SHA1), NULL);

    ck_assert_str_eq(eckid_xml_algorithm_name(longer, pool), longer);
    for (int i = 0; i < 2; i++) {
        longer = apr_pstrcat(pool, longer, longer, NULL);
    }
    ck_assert_str_eq(eckid_xml_algorithm_name(longer, pool), "one that is no URI");
    ck_assert_str_eq(eckid_xml_algorithm_name("", pool), "one that is no URI");
    ck_assert_str_eq(eckid_xml_algorithm_name("urn:a b", pool), "one that is no URI");
    ck_assert_str_eq(eckid_xml_algorithm_name("urn:a\nECK0001", pool), "one that is no URI");
}
END_TEST

UNIT_SUITE(xml_algorithm)
{
    Suite *suite = suite_create("xml_algorithm");
    TCase *tcase = unit_case(suite, "xml_algorithm");

    tcase_add_loop_test(tcase, a_digest_has_one_uri, 0, COUNT(digests));
    tcase_add_test(tcase, other_uris_are_not_known);
    tcase_add_test(tcase, a_name_for_the_log_is_a_short_uri);
    return suite;
}
