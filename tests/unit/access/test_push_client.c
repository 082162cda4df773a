/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "access/eckid_push_client.h"

#define NOW apr_time_from_sec(1788165000)

static const eckid_bearer_t bearer = {.rules = {"i", "a", NULL, 0}, .is_given = true};

static const eckid_push_client_t clients[] = {
    {.name = "both", .client_id = "las", .oin = "00000003"},
    {.name = "token", .client_id = "las"},
    {.name = "subject", .subject = "CN=las,O=Example"},
    {.name = "oin", .oin = "00000004"},
};

static const apr_array_header_t *all(void)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(eckid_push_client_t));

    for (int i = 0; i < COUNT(clients); i++) {
        APR_ARRAY_PUSH(list, eckid_push_client_t) = clients[i];
    }
    return list;
}

static const struct {
    const char *client_id, *thumbprint; /* of the token; NULL: there is none, or it is not bound */
    bool has_certificate;
    const char *subject, *oin;
    const char *wanted; /* or the error */
    eckid_code_t code;
} rows[] = {
    {"las", NULL, false, NULL, NULL, "token", ECKID_OK},
    {"las", NULL, true, "CN=x", "00000003", "both", ECKID_OK},
    {"las", NULL, true, "CN=x", "00000009", "token", ECKID_OK},
    {"las", "print", true, "CN=x", NULL, "token", ECKID_OK},
    {"las", "other", true, "CN=x", NULL, NULL, ECKID_PUSH_TOKEN},
    {"las", "print", false, NULL, NULL, NULL, ECKID_PUSH_TOKEN},
    {"other", NULL, false, NULL, NULL, NULL, ECKID_PUSH_CLIENT},
    {"other", NULL, true, "CN=x", "00000004", "oin", ECKID_OK},
    {NULL, NULL, true, "CN=las,O=Example", NULL, "subject", ECKID_OK},
    {NULL, NULL, true, "cn=las,O=Example", NULL, NULL, ECKID_PUSH_TOKEN},
    {NULL, NULL, true, "CN=x", "00000004", "oin", ECKID_OK},
    {NULL, NULL, true, "CN=x", "00000003", NULL, ECKID_PUSH_TOKEN},
    {NULL, NULL, false, NULL, NULL, NULL, ECKID_PUSH_TOKEN},
};

static eckid_err_t *find(const eckid_push_client_t **client, int row)
{
    const eckid_certificate_t certificate = {rows[row].subject, rows[row].oin, "print"};
    json_t *claims = NULL;

    if (rows[row].client_id) {
        claims = eckid_json_own(json_pack("{s:s,s:s,s:i,s:s}", "iss", "i", "aud", "a", "exp",
                                          1788165300, "client_id", rows[row].client_id),
                                pool);
    }
    if (rows[row].thumbprint) {
        json_object_set_new(claims, "cnf", json_pack("{s:s}", "x5t#S256", rows[row].thumbprint));
    }
    const eckid_push_caller_t caller = {claims ? "Bearer e30.e30.AAAA" : NULL, claims,
                                        rows[row].has_certificate ? &certificate : NULL};

    return eckid_push_client_find(client, all(), &bearer, &caller, NOW, pool);
}

START_TEST(who_calls)
{
    const eckid_push_client_t *client;
    eckid_err_t *err = find(&client, _i);

    if (!rows[_i].wanted) {
        refused(err, rows[_i].code);
        return;
    }
    ok(err);
    ck_assert_str_eq(client->name, rows[_i].wanted);
}
END_TEST

START_TEST(where_tokens_are_not_taken_certificates_decide)
{
    const eckid_certificate_t certificate = {"CN=las,O=Example", NULL, "print"};
    const eckid_push_caller_t good = {"Bearer x", NULL, &certificate}, bad = {NULL, NULL, NULL};
    const eckid_push_client_t *client;

    ok(eckid_push_client_find(&client, all(), NULL, &good, NOW, pool));
    refused(eckid_push_client_find(&client, all(), NULL, &bad, NOW, pool), ECKID_PUSH_CLIENT);
}
END_TEST

static const struct {
    const char *schools, *asked, *wanted; /* NULL: refused */
} school_rows[] = {
    {"11ZZ", NULL, "11ZZ"},      {"11ZZ", "11ZZ", "11ZZ"},      {"11ZZ", "22YY", NULL},
    {"11ZZ 22YY", NULL, NULL},   {"11ZZ 22YY", "22YY", "22YY"}, {"11ZZ 22YY", "33XX", NULL},
    {"11ZZ 22YY", "22yy", NULL}, {"11ZZ 22YY", "", NULL},
};

START_TEST(a_client_pushes_for_its_schools_only)
{
    eckid_push_client_t client = {.schools = apr_array_make(pool, 2, sizeof(const char *))};
    const char *found;

    for (char *rest, *each = apr_strtok(apr_pstrdup(pool, school_rows[_i].schools), " ", &rest);
         each; each = apr_strtok(NULL, " ", &rest)) {
        APR_ARRAY_PUSH(client.schools, const char *) = each;
    }
    eckid_err_t *err = eckid_push_client_school(&found, &client, school_rows[_i].asked, pool);

    if (!school_rows[_i].wanted) {
        refused(err, ECKID_PUSH_SCHOOL);
        return;
    }
    ok(err);
    ck_assert_str_eq(found, school_rows[_i].wanted);
}
END_TEST

START_TEST(without_a_map_there_is_one_school)
{
    const eckid_push_client_t client = {.schools = NULL};
    const char *found;

    ok(eckid_push_client_school(&found, &client, NULL, pool));
    ck_assert_ptr_null(found);
    refused(eckid_push_client_school(&found, &client, "11ZZ", pool), ECKID_PUSH_SCHOOL);
}
END_TEST

UNIT_SUITE(push_client)
{
    Suite *suite = suite_create("push_client");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, who_calls, 0, COUNT(rows));
    tcase_add_test(tcase, where_tokens_are_not_taken_certificates_decide);
    tcase_add_loop_test(tcase, a_client_pushes_for_its_schools_only, 0, COUNT(school_rows));
    tcase_add_test(tcase, without_a_map_there_is_one_school);
    return suite;
}
