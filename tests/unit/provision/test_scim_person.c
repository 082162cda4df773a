/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_person.h"
#include "support/fakes.h"

static const apr_array_header_t *two_kinds(void)
{
    apr_array_header_t *kinds = apr_array_make(pool, 2, sizeof(eckid_scim_kind_t));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "[0-9]+@.+", NULL, pool));
    APR_ARRAY_PUSH(kinds, eckid_scim_kind_t) = (eckid_scim_kind_t){"student", "NEPPI", match};
    ok(eckid_match_make(&match, ".+@.+", NULL, pool));
    APR_ARRAY_PUSH(kinds, eckid_scim_kind_t) = (eckid_scim_kind_t){"employee", "NEPRI", match};
    return kinds;
}

/* Kind, keys and ECK iD as one text. */
static const char *shown(const eckid_directory_person_t *person)
{
    const char *text = person->kind;

    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        text = apr_pstrcat(pool, text, " ", key->type, "=", key->value, NULL);
    }
    return apr_pstrcat(pool, text, person->has_eckid ? " eckid" : "", NULL);
}

static eckid_scim_change_t change_of(const char *external_id, const char *user_name,
                                     eckid_scim_verb_t others, eckid_scim_verb_t eck_id)
{
    eckid_scim_change_t change = {
        .external_id = {external_id ? ECKID_SCIM_SET : others, external_id},
        .user_name = {user_name ? ECKID_SCIM_SET : others, user_name},
        .eck_id_verb = eck_id};

    strcpy(change.eck_id.text, AN_ECKID);
    return change;
}

/* Whom an import brought, with a key that SCIM does not speak of. */
static const eckid_directory_person_t *known(void)
{
    eckid_directory_person_t *person = apr_pcalloc(pool, sizeof(*person));
    apr_array_header_t *keys = apr_array_make(pool, 3, sizeof(eckid_directory_key_t));

    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"ASI", "a7"};
    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"NEPPI", "7@x"};
    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"userName", "u"};
    *person = (eckid_directory_person_t){.kind = "student", .keys = keys, .has_eckid = true};
    strcpy(person->eckid.text, AN_ECKID);
    return person;
}

static const struct {
    bool is_known;
    const char *external_id, *user_name;
    eckid_scim_verb_t others, eck_id;
    const char *wanted; /* NULL: ECKID_SCIM_VALUE */
} rows[] = {
    {false, "7@x", NULL, ECKID_SCIM_CLEAR, ECKID_SCIM_SET, "student NEPPI=7@x eckid"},
    {false, "7@x", "u", ECKID_SCIM_CLEAR, ECKID_SCIM_CLEAR, "student NEPPI=7@x userName=u"},
    {false, "t@x", NULL, ECKID_SCIM_CLEAR, ECKID_SCIM_SET, "employee NEPRI=t@x eckid"},
    {false, "nobody", NULL, ECKID_SCIM_CLEAR, ECKID_SCIM_SET, NULL},
    {false, NULL, "u", ECKID_SCIM_CLEAR, ECKID_SCIM_SET, NULL},
    /* changed */
    {true, NULL, NULL, ECKID_SCIM_KEEP, ECKID_SCIM_KEEP,
     "student NEPPI=7@x userName=u ASI=a7 eckid"},
    {true, NULL, NULL, ECKID_SCIM_KEEP, ECKID_SCIM_CLEAR, "student NEPPI=7@x userName=u ASI=a7"},
    {true, "8@x", NULL, ECKID_SCIM_KEEP, ECKID_SCIM_KEEP,
     "student NEPPI=8@x userName=u ASI=a7 eckid"},
    {true, "t@x", NULL, ECKID_SCIM_KEEP, ECKID_SCIM_KEEP,
     "employee NEPRI=t@x userName=u ASI=a7 eckid"},
    /* replaced */
    {true, "7@x", NULL, ECKID_SCIM_CLEAR, ECKID_SCIM_CLEAR, "student NEPPI=7@x ASI=a7"},
    {true, NULL, NULL, ECKID_SCIM_CLEAR, ECKID_SCIM_CLEAR, NULL},
};

START_TEST(the_person_that_a_change_makes)
{
    eckid_scim_change_t change =
        change_of(rows[_i].external_id, rows[_i].user_name, rows[_i].others, rows[_i].eck_id);
    eckid_directory_person_t person;
    eckid_err_t *err = eckid_scim_person_make(&person, rows[_i].is_known ? known() : NULL, &change,
                                              two_kinds(), pool);

    if (!rows[_i].wanted) {
        refused(err, ECKID_SCIM_VALUE);
        return;
    }
    ok(err);
    ck_assert_str_eq(shown(&person), rows[_i].wanted);
    ck_assert(!person.has_eckid || strcmp(person.eckid.text, AN_ECKID) == 0);
}
END_TEST

UNIT_SUITE(scim_person)
{
    Suite *suite = suite_create("scim_person");

    tcase_add_loop_test(unit_case(suite, "all"), the_person_that_a_change_makes, 0, COUNT(rows));
    return suite;
}
