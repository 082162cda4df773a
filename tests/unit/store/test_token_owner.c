/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "store/eckid_token_owner.h"
#include "support/fakes.h"
#include "support/maker.h"

#define ISSUER "https://idp.example"

static eckid_token_owners_t make(fake_store_t *store)
{
    return (eckid_token_owners_t){
        eckid_secret_make(str("a secret of more than thirty-two bytes"), pool), NULL, "11ZZ03",
        fake_store(store)};
}

static const eckid_token_owner_t owner = {
    ISSUER, "books", "s1", "openid", true, ECKID_FOUND, {"NEPPI", "1@1.school.example", "11ZZ"}};

static void put(const eckid_token_owners_t *owners, const eckid_token_owner_t *whose)
{
    eckid_token_owner_put(owners, ECKID_ACCESS_TOKEN, "token", whose,
                          MAKER_NOW + apr_time_from_sec(60), maker_moment(), pool);
}

START_TEST(what_is_remembered_is_found)
{
    const eckid_token_owners_t owners = make(fake_store_make());
    eckid_token_owner_t found;

    put(&owners, &owner);
    ck_assert(eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token", MAKER_NOW,
                                    pool));
    ck_assert_str_eq(found.client, "books");
    ck_assert_str_eq(found.subject, "s1");
    ck_assert_str_eq(found.scope, "openid");
    ck_assert_str_eq(found.key.type, "NEPPI");
    ck_assert_str_eq(found.key.value, "1@1.school.example");
    ck_assert_str_eq(found.key.school, "11ZZ");
    ck_assert(found.decided && found.outcome == ECKID_FOUND);
}
END_TEST

START_TEST(what_was_decided_in_another_realm_is_undecided)
{
    eckid_token_owners_t owners = make(fake_store_make());
    eckid_token_owner_t found;

    put(&owners, &owner);
    owners.realm = "22AA00";
    ck_assert(eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token", MAKER_NOW,
                                    pool));
    ck_assert(!found.decided);
    ck_assert_str_eq(found.client, "books");
}
END_TEST

START_TEST(what_the_secret_before_sealed_is_found)
{
    eckid_token_owners_t owners = make(fake_store_make());
    eckid_token_owner_t found;

    put(&owners, &owner);
    owners.previous = owners.secret;
    owners.secret = eckid_secret_make(str("another secret of more than 32 bytes"), pool);
    ck_assert(eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token", MAKER_NOW,
                                    pool));
    ck_assert_str_eq(found.key.value, "1@1.school.example");
    owners.previous = NULL;
    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token",
                                     MAKER_NOW, pool));
}
END_TEST

START_TEST(another_kind_issuer_token_or_time_finds_nothing)
{
    const eckid_token_owners_t owners = make(fake_store_make());
    eckid_token_owner_t found;

    put(&owners, &owner);
    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_REFRESH_TOKEN, ISSUER, "token",
                                     MAKER_NOW, pool));
    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, "https://other.example",
                                     "token", MAKER_NOW, pool));
    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "Token",
                                     MAKER_NOW, pool));
    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token",
                                     MAKER_NOW + apr_time_from_sec(60), pool));
}
END_TEST

START_TEST(the_store_sees_neither_token_nor_owner)
{
    fake_store_t *store = fake_store_make();
    const eckid_token_owners_t owners = make(store);

    put(&owners, &owner);
    apr_hash_index_t *at = apr_hash_first(pool, store->records);
    const eckid_bytes_t *record = apr_hash_this_val(at);

    ck_assert_ptr_null(memmem(record->data, record->len, "books", 5));
    ck_assert_ptr_null(memmem(record->data, record->len, "school.example", 14));
    ((char *)record->data)[20] ^= 1;
    eckid_token_owner_t found;

    ck_assert(!eckid_token_owner_get(&found, &owners, ECKID_ACCESS_TOKEN, ISSUER, "token",
                                     MAKER_NOW, pool));
}
END_TEST

START_TEST(what_is_too_long_is_not_remembered)
{
    fake_store_t *store = fake_store_make();
    const eckid_token_owners_t owners = make(store);
    eckid_token_owner_t whose = owner;
    char *scope = apr_pcalloc(pool, 4000);

    memset(scope, 'x', 3999);
    whose.scope = scope;
    put(&owners, &whose);
    ck_assert_int_eq(store->puts, 0);
}
END_TEST

UNIT_SUITE(token_owner)
{
    Suite *suite = suite_create("token_owner");
    TCase *tcase = unit_case(suite, "owners");

    tcase_add_test(tcase, what_is_remembered_is_found);
    tcase_add_test(tcase, what_was_decided_in_another_realm_is_undecided);
    tcase_add_test(tcase, what_the_secret_before_sealed_is_found);
    tcase_add_test(tcase, another_kind_issuer_token_or_time_finds_nothing);
    tcase_add_test(tcase, the_store_sees_neither_token_nor_owner);
    tcase_add_test(tcase, what_is_too_long_is_not_remembered);
    return suite;
}
