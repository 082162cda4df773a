/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_las.h"
#include "fakes.h"
#include "maker.h"

static const eckid_student_key_t key = {"NEPPI", "95312@1.school.example"};

static eckid_las_t make(fake_las_t *fake)
{
    return (eckid_las_t){
        .base = "https://las.example/eduv",
        .school = {"V_ID", "11ZZ03"},
        .key = test_pair(P_256, 0),
        .keyid = "school",
        .transport = fake_transport(fake),
    };
}

START_TEST(a_call_is_signed_and_its_answer_read)
{
    fake_las_t fake = {.status = 200,
                       .type = "application/json",
                       .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    const eckid_las_t las = make(&fake);
    eckid_finding_t finding;

    ok(eckid_las_ask(&finding, &las, &key, maker_moment(), pool));
    ck_assert_str_eq(finding.value.text, AN_ECKID);
    ck_assert_str_eq(apr_table_get(fake.last.headers, "Signature-Input"),
                     "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")"
                     ";created=1788165000;expires=1788165060;nonce=\"MDEyMzQ1Njc4OWFiY2RlZg\""
                     ";alg=\"ecdsa-p256-sha256\";keyid=\"school\"");
    ck_assert_ptr_nonnull(apr_table_get(fake.last.headers, "Signature"));
    ck_assert_ptr_nonnull(apr_table_get(fake.last.headers, "Content-Digest"));
}
END_TEST

START_TEST(an_error_of_the_transport_is_passed_on)
{
    fake_las_t fake = {.err = eckid_err_make(pool, ECKID_TIMEOUT, "%s", "")};
    const eckid_las_t las = make(&fake);
    eckid_finding_t finding;

    refused(eckid_las_ask(&finding, &las, &key, maker_moment(), pool), ECKID_TIMEOUT);
}
END_TEST

Suite *suite_las(void)
{
    Suite *suite = suite_create("las");
    TCase *tcase = unit_case(suite, "las");

    tcase_add_test(tcase, a_call_is_signed_and_its_answer_read);
    tcase_add_test(tcase, an_error_of_the_transport_is_passed_on);
    return suite;
}
