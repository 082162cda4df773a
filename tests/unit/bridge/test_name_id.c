/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_name_id.h"
#include "support/bridge.h"

#define PERSISTENT ECKID_NAME_ID_PERSISTENT
#define TRANSIENT ECKID_NAME_ID_TRANSIENT
#define UNSPECIFIED ECKID_NAME_ID_UNSPECIFIED
#define EMAIL ECKID_NAME_ID_EMAIL

static eckid_supplier_t *supplier_with(const char *const *formats)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    for (; *formats; formats++) {
        APR_ARRAY_PUSH(supplier->name_ids, eckid_name_id_rule_t) =
            (eckid_name_id_rule_t){*formats, "uid", NULL};
    }
    return supplier;
}

static const struct {
    const char *formats[3], *wanted;
    bool has_secret;
    const char *chosen; /* NULL: the request cannot be met */
} rows[] = {
    {{NULL}, NULL, true, PERSISTENT},
    {{NULL}, NULL, false, TRANSIENT},
    {{NULL}, TRANSIENT, true, TRANSIENT},
    {{NULL}, PERSISTENT, true, PERSISTENT},
    {{NULL}, PERSISTENT, false, NULL},
    {{NULL}, UNSPECIFIED, true, PERSISTENT},
    {{NULL}, EMAIL, true, NULL},
    {{EMAIL}, NULL, true, EMAIL},
    {{EMAIL}, PERSISTENT, true, NULL},
    {{EMAIL, PERSISTENT}, PERSISTENT, true, PERSISTENT},
    {{EMAIL, PERSISTENT}, UNSPECIFIED, true, EMAIL},
    {{EMAIL, UNSPECIFIED}, UNSPECIFIED, true, UNSPECIFIED},
    {{NULL}, "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted", true, NULL},
};

START_TEST(a_request_gets_a_format_that_the_supplier_has)
{
    const eckid_name_id_rule_t *rule =
        eckid_name_id_choose(supplier_with(rows[_i].formats), rows[_i].wanted, rows[_i].has_secret);

    ck_assert_pstr_eq(rule ? rule->format : NULL, rows[_i].chosen);
}
END_TEST

static eckid_attributes_t login(const bridge_scene_t *scene)
{
    eckid_user_claims_t *claims;

    ok(eckid_claims_read(&claims, scene->bridge.claims, &scene->environment, pool));
    return eckid_claims_attributes(claims);
}

static eckid_name_id_source_t source_of(const bridge_scene_t *scene)
{
    return (eckid_name_id_source_t){.issuer = BRIDGE_ISSUER,
                                    .supplier = MAKER_SUPPLIER,
                                    .secret = scene->bridge.secret,
                                    .remote_user = "somebody",
                                    .moment = maker_moment()};
}

static const char *persistent(const eckid_name_id_source_t *source, const bridge_scene_t *scene)
{
    const eckid_name_id_rule_t rule = {PERSISTENT, NULL, NULL};
    eckid_name_id_t name_id;

    ok(eckid_name_id_make(&name_id, &rule, source, login(scene), pool));
    ck_assert_str_eq(name_id.qualifier, source->issuer);
    ck_assert_str_eq(name_id.sp_qualifier, source->supplier);
    ck_assert_uint_le(strlen(name_id.value), 256); /* core section 8.3.7 */
    return name_id.value;
}

START_TEST(a_persistent_one_is_the_same_for_user_and_supplier_and_no_other)
{
    const bridge_scene_t *scene = bridge_scene("");
    eckid_name_id_source_t source = source_of(scene);
    const char *first = persistent(&source, scene);

    ck_assert_str_eq(persistent(&source, scene), first);
    source.supplier = "https://other.example";
    ck_assert_str_ne(persistent(&source, scene), first);
    source = source_of(scene);
    source.remote_user = "somebody else";
    ck_assert_str_ne(persistent(&source, scene), first);
    source = source_of(scene);
    source.user = "employeeNumber";
    ck_assert_str_ne(persistent(&source, scene), first);
    source = source_of(scene);
    source.secret = eckid_secret_make(str("another secret of more than thirty-two bytes"), pool);
    ck_assert_str_ne(persistent(&source, scene), first);
}
END_TEST

START_TEST(one_from_an_attribute_needs_one_value)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_name_id_source_t source = source_of(scene);
    eckid_match_t *realm, *number;
    eckid_name_id_t name_id;

    ok(eckid_match_make(&realm, "(.+)", "$1@school.example", pool));
    ok(eckid_match_make(&number, "([0-9]+)", "$1", pool));
    const eckid_name_id_rule_t plain = {UNSPECIFIED, "uid", NULL}, with = {EMAIL, "uid", realm},
                               unfit = {EMAIL, "uid", number}, absent = {EMAIL, "mail", NULL};

    ok(eckid_name_id_make(&name_id, &plain, &source, login(scene), pool));
    ck_assert_str_eq(name_id.value, "pukkelen");
    ck_assert_ptr_null(name_id.qualifier);
    ok(eckid_name_id_make(&name_id, &with, &source, login(scene), pool));
    ck_assert_str_eq(name_id.value, "pukkelen@school.example");
    refused(eckid_name_id_make(&name_id, &unfit, &source, login(scene), pool), ECKID_NO_NAME_ID);
    refused(eckid_name_id_make(&name_id, &absent, &source, login(scene), pool), ECKID_NO_NAME_ID);
}
END_TEST

/* What an expression makes of a value, and whether that is a NameID: an empty one would be that of
 * several users. */
static const struct {
    const char *template;
    int len; /* of the value */
    bool good;
} lengths[] = {{"$1", ECKID_NAME_ID_MAX, true},
               {"$1", ECKID_NAME_ID_MAX + 1, false},
               {"$1@", ECKID_NAME_ID_MAX, false},
               {"$2", 1, false}};

START_TEST(one_from_an_attribute_is_neither_empty_nor_long)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_name_id_source_t source = source_of(scene);
    char *value = apr_pcalloc(pool, ECKID_NAME_ID_MAX + 2);
    eckid_match_t *match;
    eckid_name_id_t name_id;

    memset(value, 'x', (size_t)lengths[_i].len);
    apr_table_set(scene->variables, "uid", value);
    ok(eckid_match_make(&match, "(.+?)(y*)", lengths[_i].template, pool));
    const eckid_name_id_rule_t rule = {UNSPECIFIED, "uid", match};
    eckid_err_t *err = eckid_name_id_make(&name_id, &rule, &source, login(scene), pool);

    ck_assert_int_eq(err ? err->code : ECKID_OK, lengths[_i].good ? ECKID_OK : ECKID_NO_NAME_ID);
}
END_TEST

START_TEST(a_transient_one_is_random_and_none_is_none)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_name_id_rule_t transient = {TRANSIENT, NULL, NULL}, none = {NULL, NULL, NULL};
    eckid_name_id_source_t source = source_of(scene);
    eckid_moment_t moment = *maker_moment();
    eckid_name_id_t one, other;

    ok(eckid_name_id_make(&one, &transient, &source, login(scene), pool));
    moment.transient_id[3] = 1;
    source.moment = &moment;
    ok(eckid_name_id_make(&other, &transient, &source, login(scene), pool));
    ck_assert_str_ne(one.value, other.value);
    ok(eckid_name_id_make(&one, &none, &source, login(scene), pool));
    ck_assert_ptr_null(one.format);
    ck_assert_ptr_null(one.value);
}
END_TEST

UNIT_SUITE(name_id)
{
    Suite *suite = suite_create("name_id");
    TCase *tcase = unit_case(suite, "name_id");

    tcase_add_loop_test(tcase, a_request_gets_a_format_that_the_supplier_has, 0, COUNT(rows));
    tcase_add_test(tcase, a_persistent_one_is_the_same_for_user_and_supplier_and_no_other);
    tcase_add_test(tcase, one_from_an_attribute_needs_one_value);
    tcase_add_loop_test(tcase, one_from_an_attribute_is_neither_empty_nor_long, 0, COUNT(lengths));
    tcase_add_test(tcase, a_transient_one_is_random_and_none_is_none);
    return suite;
}
