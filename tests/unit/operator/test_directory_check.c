/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "operator/eckid_directory_check.h"
#include "support/fakes.h"
#include "support/pushed.h"

static const eckid_person_key_t key = {"NEPRI", "a", NULL, NULL};
static const eckid_las_t pushes = {.order = ECKID_DIRECTORY_ONLY};

static void add(eckid_directory_t *directory, const eckid_school_t *school, int number)
{
    const eckid_directory_person_t person = pushed_person("a", number);
    const eckid_directory_record_t *record;

    ok(eckid_directory_create(&record, directory, school, &person, "magister", PUSHED_NOW, pool));
}

static const apr_array_header_t *steps_of(eckid_directory_t *directory)
{
    apr_array_header_t *steps = apr_array_make(pool, 2, sizeof(eckid_diagnosis_step_t));
    eckid_lookup_setup_t setup = fake_setup(&pushes, NULL);

    setup.directory = directory;
    eckid_directory_check_person(steps, &setup, &key, pool);
    return steps;
}

static void says(const apr_array_header_t *steps, int i, eckid_diagnosis_state_t state,
                 const char *words)
{
    ck_assert_int_gt(steps->nelts, i);
    const eckid_diagnosis_step_t *step = &APR_ARRAY_IDX(steps, i, eckid_diagnosis_step_t);

    ck_assert_int_eq(step->state, state);
    ck_assert_msg(strstr(step->text, words), "no \"%s\" in: %s", words, step->text);
    ck_assert_ptr_null(strstr(step->text, "ketenid"));
}

START_TEST(it_tells_who_brought_a_record_and_when)
{
    eckid_directory_t *directory = pushed_directory(DATABASE_SQLITE);

    says(steps_of(directory), 0, ECKID_STEP_NOTED, "nobody with this key");
    add(directory, &fake_school, 1);
    says(steps_of(directory), 0, ECKID_STEP_WELL, "from magister, confirmed Mon, 31 Aug 2026");
    ck_assert_int_eq(steps_of(directory)->nelts, 1);
}
END_TEST

START_TEST(it_tells_of_another_eck_id_at_another_school)
{
    eckid_directory_t *directory = pushed_directory(DATABASE_SQLITE);
    const eckid_school_t same = {"V_ID", "33XX00"}, other = {"V_ID", "44WW00"};

    add(directory, &fake_school, 1);
    add(directory, &same, 1);
    ck_assert_int_eq(steps_of(directory)->nelts, 1);
    add(directory, &other, 2);
    says(steps_of(directory), 1, ECKID_STEP_NOTED, "44WW00");
}
END_TEST

START_TEST(it_tells_of_a_database_that_is_away)
{
    says(steps_of(pushed_open("sqlite:/tmp/there/is/no/such.db", PUSHED_SECRET, NULL)), 0,
         ECKID_STEP_FAILED, "there is no file");
}
END_TEST

UNIT_SUITE(directory_check)
{
    Suite *suite = suite_create("directory_check");
    TCase *tcase = databases_case(suite, "directory_check");

    tcase_add_test(tcase, it_tells_who_brought_a_record_and_when);
    tcase_add_test(tcase, it_tells_of_another_eck_id_at_another_school);
    tcase_add_test(tcase, it_tells_of_a_database_that_is_away);
    return suite;
}
