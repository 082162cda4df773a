/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "record/eckid_audit_verify.h"

#define LINES 6

static const eckid_secret_t *secret_of(const char *text)
{
    return eckid_secret_make(str(text), pool);
}

#define SECRET "a secret of thirty-two bytes and more"

static eckid_audit_t make(const char *id)
{
    eckid_audit_chain_t *chain = apr_pcalloc(pool, sizeof(*chain));

    strcpy(chain->id, id);
    return (eckid_audit_t){secret_of(SECRET), chain};
}

static eckid_audit_verify_t *make_verify(const char *text)
{
    apr_array_header_t *secrets = apr_array_make(pool, 2, sizeof(const eckid_secret_t *));

    APR_ARRAY_PUSH(secrets, const eckid_secret_t *) = secret_of("another secret of enough bytes..");
    APR_ARRAY_PUSH(secrets, const eckid_secret_t *) = secret_of(text);
    return eckid_audit_verify_make(secrets, pool);
}

/* Six lines of a chain, the last of them its end. */
static void write_all(eckid_bytes_t lines[LINES], const eckid_audit_t *audit)
{
    for (int i = 0; i < LINES; i++) {
        lines[i] = eckid_audit_event(audit, i == LINES - 1 ? "stop" : "reload", 0, pool);
        lines[i].len--;
    }
}

/* Digits are the lines, in the order in which they are found. */
static const apr_array_header_t *verify(const char *order, apr_uint64_t lost, apr_uint64_t last)
{
    eckid_audit_t audit = make("one");
    eckid_audit_verify_t *all = make_verify(SECRET);
    eckid_bytes_t lines[LINES];

    audit.chain->lost = lost;
    write_all(lines, &audit);
    for (; *order; order++) {
        if (*order == 'x') {
            eckid_audit_verify_line(all, "file:1", str("{\"chain\":\"one\",\"n\":1}"), pool);
        }
        else {
            ck_assert_ptr_nonnull(
                eckid_audit_verify_line(all, "file:2", lines[*order - '1'], pool));
        }
    }
    return eckid_audit_verify_end(all, last ? "one" : NULL, last);
}

START_TEST(what_was_removed_added_or_doubled_is_found)
{
    static const struct {
        const char *order;
        int lost, last, bad; /* how many findings are bad */
        const char *words;
    } rows[] = {
        {"123456", 0, 0, 0, "chain one: lines 1 to 6"},
        {"214365", 0, 6, 0, "chain one: lines 1 to 6"},
        {"13456", 0, 0, 1, "1 lines were removed, the first of them among 2 to 2"},
        {"1456", 0, 0, 1, "2 lines were removed, the first of them among 2 to 3"},
        {"1456", 2, 0, 0, "2 lines could not be written at the time"},
        {"1456", 1, 0, 1, "1 lines were removed"},
        {"1233456", 0, 0, 1, "line 3 is there twice"},
        {"3456", 0, 0, 0, "what was before is in none of these files"},
        {"12345", 0, 0, 0, "without an end"},
        {"12345", 0, 6, 1, "it reached line 6, and ends here with 5"},
        {"", 0, 6, 1, "it reached line 6, and ends here with 0"},
        {"123456x", 0, 0, 1, "file:1: the line was changed, or is not of this log"},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        const apr_array_header_t *findings =
            verify(rows[i].order, (apr_uint64_t)rows[i].lost, (apr_uint64_t)rows[i].last);
        int bad = 0;
        const char *all = "";

        for (int j = 0; j < findings->nelts; j++) {
            const eckid_audit_finding_t *each = &APR_ARRAY_IDX(findings, j, eckid_audit_finding_t);

            bad += each->is_bad;
            all = apr_pstrcat(pool, all, each->text, "\n", NULL);
        }
        ck_assert_msg(bad == rows[i].bad && strstr(all, rows[i].words), "%s: %s", rows[i].order,
                      all);
    }
}
END_TEST

START_TEST(chains_are_told_apart)
{
    const eckid_audit_t audits[] = {make("one"), make("two")};
    eckid_audit_verify_t *all = make_verify(SECRET);
    eckid_bytes_t lines[2][LINES];

    for (int i = 0; i < 2; i++) {
        write_all(lines[i], &audits[i]);
    }
    for (int i = 0; i < LINES; i++) {
        eckid_audit_verify_line(all, "file:1", lines[0][i], pool);
        if (i != 3) {
            eckid_audit_verify_line(all, "file:2", lines[1][i], pool);
        }
    }
    const apr_array_header_t *findings = eckid_audit_verify_end(all, NULL, 0);
    int bad = 0;

    for (int i = 0; i < findings->nelts; i++) {
        const eckid_audit_finding_t *each = &APR_ARRAY_IDX(findings, i, eckid_audit_finding_t);

        bad += each->is_bad && strstr(each->text, "chain two: 1 lines were removed");
    }
    ck_assert_int_eq(bad, 1);
}
END_TEST

START_TEST(a_line_by_another_secret_is_not_believed)
{
    const eckid_audit_t audit = make("one");
    eckid_audit_verify_t *all = make_verify("yet another secret of enough bytes");
    eckid_bytes_t lines[LINES];

    write_all(lines, &audit);
    ck_assert_ptr_null(eckid_audit_verify_line(all, "file:1", lines[0], pool));
}
END_TEST

UNIT_SUITE(audit_verify)
{
    Suite *suite = suite_create("audit_verify");
    TCase *tcase = unit_case(suite, "audit_verify");

    tcase_add_test(tcase, what_was_removed_added_or_doubled_is_found);
    tcase_add_test(tcase, chains_are_told_apart);
    tcase_add_test(tcase, a_line_by_another_secret_is_not_believed);
    return suite;
}
