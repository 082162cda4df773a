/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "record/eckid_audit.h"
#include "record/eckid_audit_verify.h"

#define NOW (apr_time_from_sec(1788165000) + 250000) /* 2026-08-31T08:30:00.250Z */

static const eckid_secret_t *secret_of(const char *text)
{
    return eckid_secret_make(str(text), pool);
}

static eckid_audit_t make(void)
{
    eckid_audit_chain_t *chain = apr_pcalloc(pool, sizeof(*chain));

    strcpy(chain->id, "0123456789abcdef");
    return (eckid_audit_t){secret_of("a secret of thirty-two bytes and more"), chain};
}

static eckid_decision_t usual(void)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);
    apr_array_header_t *names = apr_array_make(pool, 2, sizeof(const char *));

    supplier->name = "https://books.example/saml";
    APR_ARRAY_PUSH(names, const char *) = "uid";
    APR_ARRAY_PUSH(names, const char *) = "eckId";
    return (eckid_decision_t){.verdict = ECKID_CHANGE,
                              .supplier = supplier,
                              .verified = true,
                              .log = {.wanted = true, .attributes = names},
                              .known.pseudonym = "0123"};
}

static eckid_bytes_t line_of(const eckid_audit_t *audit, const eckid_decision_t *decision)
{
    const eckid_moment_t moment = {.now = NOW};

    return eckid_audit_line(audit, "idp.example:443", decision, false, &moment, pool);
}

START_TEST(a_line_tells_all_of_a_decision)
{
    const eckid_audit_t audit = make();
    eckid_decision_t decision = usual();
    const char *begin = "{\"chain\":\"0123456789abcdef\",\"n\":1,\"lost\":0,"
                        "\"time\":\"2026-08-31T08:30:00.250Z\",\"host\":\"idp.example:443\","
                        "\"supplier\":\"https://books.example/saml\",\"mode\":\"on\","
                        "\"channel\":\"saml\",\"outcome\":\"found\",\"result\":\"eck-id\","
                        "\"ref\":\"0000-0000\",\"names\":[\"uid\",\"eckId\"],\"person\":\"0123\","
                        "\"mac\":\"";
    eckid_bytes_t line = line_of(&audit, &decision);

    ck_assert_msg(strncmp(line.data, begin, strlen(begin)) == 0, "%s", line.data);
    ck_assert_uint_eq(line.len, strlen(begin) + 32 + 3);
    ck_assert_str_eq(line.data + line.len - 3, "\"}\n");
}
END_TEST

START_TEST(a_refusal_has_its_code)
{
    const eckid_audit_t audit = make();
    eckid_decision_t decision = eckid_decision_refuse(eckid_err_make(pool, ECKID_TIME, "%s", ""));
    eckid_bytes_t line = line_of(&audit, &decision);

    ck_assert_ptr_nonnull(strstr(line.data, "\"result\":\"refused\",\"code\":\"ECK0219\""));
    ck_assert_ptr_null(strstr(line.data, "supplier"));
    ck_assert_ptr_null(strstr(line.data, "outcome"));
}
END_TEST

START_TEST(no_line_is_longer_than_a_pipe_takes_in_one_piece)
{
    static const char *const pieces[] = {"a", "\xc3\xab", "\x01", "\"", "\xff"};

    for (int i = 0; i < COUNT(pieces); i++) {
        const eckid_audit_t audit = make();
        eckid_decision_t decision = usual();
        eckid_supplier_t *supplier = eckid_policy_supplier(pool);
        const char *name = pieces[i];

        while (strlen(name) < 700) {
            name = apr_pstrcat(pool, name, name, NULL);
        }
        supplier->name = name;
        decision.supplier = supplier;
        APR_ARRAY_PUSH((apr_array_header_t *)decision.log.attributes, const char *) = name;
        for (int j = 0; j < 100; j++) {
            APR_ARRAY_PUSH((apr_array_header_t *)decision.log.attributes, const char *) = pieces[i];
        }
        const eckid_moment_t moment = {.now = NOW};
        eckid_bytes_t line = eckid_audit_line(&audit, name, &decision, true, &moment, pool);

        ck_assert_uint_le(line.len, ECKID_AUDIT_LINE_MAX);
        ck_assert_uint_gt(
            eckid_audit_signed_part(eckid_bytes(line.data, line.len - 1), audit.secret, pool), 0);
    }
}
END_TEST

START_TEST(each_byte_is_covered_by_the_mac)
{
    const eckid_audit_t audit = make();
    const eckid_decision_t decision = usual();
    eckid_bytes_t line = line_of(&audit, &decision);

    line.len--;
    ck_assert_uint_gt(eckid_audit_signed_part(line, audit.secret, pool), 0);
    ck_assert_uint_eq(
        eckid_audit_signed_part(line, secret_of("another secret of thirty-two bytes"), pool), 0);
    for (apr_size_t i = 0; i < line.len; i++) {
        char *changed = apr_pstrmemdup(pool, line.data, line.len);

        changed[i] ^= 1;
        ck_assert_uint_eq(
            eckid_audit_signed_part(eckid_bytes(changed, line.len), audit.secret, pool), 0);
        ck_assert_uint_eq(eckid_audit_signed_part(eckid_bytes(line.data, i), audit.secret, pool),
                          0);
    }
}
END_TEST

UNIT_SUITE(audit)
{
    Suite *suite = suite_create("audit");
    TCase *tcase = unit_case(suite, "audit");

    tcase_add_test(tcase, a_line_tells_all_of_a_decision);
    tcase_add_test(tcase, a_refusal_has_its_code);
    tcase_add_test(tcase, no_line_is_longer_than_a_pipe_takes_in_one_piece);
    tcase_add_test(tcase, each_byte_is_covered_by_the_mac);
    return suite;
}
