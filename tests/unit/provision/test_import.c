/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_csv.h"
#include "support/bulk.h"
#include "support/pushed.h"

/* A school and its directory, and how files are brought into it. */
typedef struct scene_t {
    eckid_import_setup_t setup;
    bulk_file_t bytes;
    eckid_import_file_t file;
    eckid_import_result_t result;
} scene_t;

static eckid_err_t *read_csv(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                             const eckid_bulk_sink_t *sink, void *format, apr_pool_t *p)
{
    const eckid_bulk_expected_t expected = {NULL, NULL};

    return eckid_csv_read(found, input, &expected, format, ',', sink, p);
}

static scene_t *make_scene(int database)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    apr_array_header_t *rules = apr_array_make(pool, 1, sizeof(eckid_bulk_rule_t)),
                       *wanted = apr_array_make(pool, 1, sizeof(const char *));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "(.*)", "$1", pool));
    APR_ARRAY_PUSH(rules, eckid_bulk_rule_t) = (eckid_bulk_rule_t){NULL, "key", match, "NEPRI"};
    APR_ARRAY_PUSH(wanted, const char *) = "key";
    scene->setup = (eckid_import_setup_t){.directory = pushed_directory(database),
                                          .school = &pushed_school,
                                          .source = "csv",
                                          .rules = rules,
                                          .settings = "key",
                                          .share = 50};
    scene->file.rewind = bulk_rewind;
    scene->file.read = read_csv;
    scene->file.format = wanted;
    return scene;
}

/* "a1 b2 c": a person each, with the ECK iD of that number or none. */
static const char *text_of(const char *people)
{
    const char *text = "key,eckid\n";

    for (; *people; people += *people == ' ') {
        const char *name = apr_pstrmemdup(pool, people++, 1);
        const char *eckid =
            *people >= '1' && *people <= '9' ? pushed_eckid(*people++ - '0').text : "";

        text = apr_pstrcat(pool, text, name, ",", eckid, "\n", NULL);
    }
    return text;
}

static eckid_err_t *run_text(scene_t *scene, const char *text)
{
    scene->file.input = bulk_input(&scene->bytes, text, 100000);
    return eckid_import_run(&scene->result, &scene->file, &scene->setup, PUSHED_NOW, pool);
}

static eckid_err_t *run(scene_t *scene, const char *people)
{
    return run_text(scene, text_of(people));
}

static bool is_there(scene_t *scene, const char *name)
{
    return pushed_find(scene->setup.directory, name) != NULL;
}

START_TEST(everybody_of_a_file_is_there)
{
    scene_t *scene = make_scene(_i);

    ok(run(scene, "a1 b2 c"));
    ck_assert(scene->result.done);
    ck_assert_uint_eq(scene->result.people, 3);
    ck_assert_uint_eq(scene->result.without_eckid, 1);
    ck_assert_uint_eq(scene->result.changes.added, 3);
    ck_assert(is_there(scene, "a") && is_there(scene, "c"));
    ok(run(scene, "a1 b2 d4"));
    ck_assert(!is_there(scene, "c") && is_there(scene, "d"));
    ck_assert_uint_eq(scene->result.changes.gone, 1);
}
END_TEST

START_TEST(a_dry_run_changes_nothing_and_leaves_nothing)
{
    scene_t *scene = make_scene(_i);

    ok(run(scene, "a1 b2 c3"));
    scene->setup.dry = true;
    ok(run(scene, "a9 d4"));
    ck_assert(!scene->result.done && !scene->result.held);
    ck_assert_uint_eq(scene->result.changes.added, 1);
    ck_assert_uint_eq(scene->result.changes.changed, 1);
    ck_assert_uint_eq(scene->result.changes.gone, 2);
    ck_assert(is_there(scene, "c") && !is_there(scene, "d"));
    ok(run(scene, "a9 d4"));
    ck_assert_uint_eq(scene->result.resumed, 0);
}
END_TEST

static const struct {
    const char *people;
    bool held;
} guarded[] = {
    {"a1 b2 c3 d4 e5 f6", false},
    {"a1 b2", false}, /* of four, two are gone */
    {"a1", true},
    {"a9 b8 c7 d4", true},
    {"a9 b2 c3", false},
    {"a9 b2", true},
};

START_TEST(too_many_changes_need_to_be_forced)
{
    scene_t *scene = make_scene(DATABASE_SQLITE);

    ok(run(scene, "a1 b2 c3 d4"));
    ok(run(scene, guarded[_i].people));
    ck_assert(scene->result.held == guarded[_i].held && scene->result.done != guarded[_i].held);
    if (guarded[_i].held) {
        ck_assert(is_there(scene, "d"));
        scene->setup.forced = true;
        ok(run(scene, guarded[_i].people));
        ck_assert(scene->result.done && scene->result.resumed > 0);
    }
}
END_TEST

static const struct {
    const char *text;
    eckid_code_t code;
} bad[] = {
    {"key,eckid\n", ECKID_BULK},         {"key,eckid\n,\n", ECKID_BULK}, /* nobody has a key */
    {"key,eckid\na,\nb\n", ECKID_BULK},  {"key,eckid\na,x\n", ECKID_BULK},
    {"key,eckid\na,\nkind", ECKID_BULK},
};

START_TEST(a_wrong_file_changes_nothing)
{
    scene_t *scene = make_scene(DATABASE_SQLITE);

    ok(run(scene, "a1 b2"));
    refused(run_text(scene, bad[_i].text), bad[_i].code);
    ck_assert(is_there(scene, "a") && is_there(scene, "b"));
}
END_TEST

static const struct {
    const char *people, *lines;
    eckid_code_t code;
} doubled[] = {
    {"a1 b2 a3", "lines 2 and 4", ECKID_KEY_TAKEN},
    {"a1 b2 c1", "lines 2 and 4", ECKID_ECKID_TAKEN},
};

START_TEST(a_doubled_person_is_refused_with_both_lines)
{
    scene_t *scene = make_scene(_i % DATABASES);
    eckid_err_t *err;

    ok(run(scene, "z9"));
    err = run(scene, doubled[_i / DATABASES].people);
    refused(err, doubled[_i / DATABASES].code);
    ck_assert_ptr_nonnull(strstr(err->detail, doubled[_i / DATABASES].lines));
    ck_assert(is_there(scene, "z") && !is_there(scene, "a"));
}
END_TEST

START_TEST(a_file_that_changes_meanwhile_is_refused)
{
    scene_t *scene = make_scene(DATABASE_SQLITE);

    scene->file.input = bulk_input(&scene->bytes, text_of("a1"), 100000);
    scene->bytes.other = text_of("b2");
    refused(eckid_import_run(&scene->result, &scene->file, &scene->setup, PUSHED_NOW, pool),
            ECKID_BULK);
    ck_assert(!is_there(scene, "a") && !is_there(scene, "b"));
}
END_TEST

static eckid_err_t *read_halfway(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                                 const eckid_bulk_sink_t *sink, void *format, apr_pool_t *p)
{
    const bulk_file_t *file = ((const scene_t *)format)->file.input.self;
    eckid_bulk_row_t row = {.kind = "student", .count = 1};

    (void)input;
    *found = (eckid_bulk_found_t){.kinds = apr_array_make(p, 1, sizeof(const char *))};
    APR_ARRAY_PUSH(found->kinds, const char *) = "student";
    for (int i = 1; i <= 2500; i++) {
        row.line = (apr_uint64_t)i;
        row.fields[0] = (eckid_bulk_field_t){"key", apr_psprintf(p, "k%d", i)};
        if (file->reads == 2 && i == 2100) { /* the database fails in the second reading */
            return eckid_err_make(p, ECKID_DIRECTORY, "%s", "as told");
        }
        ECKID_ERR(sink->add(sink->self, &row, p));
    }
    return NULL;
}

START_TEST(what_was_saved_is_gone_on_with)
{
    scene_t *scene = make_scene(_i);

    scene->file.read = read_halfway;
    scene->file.format = scene;
    scene->file.input = bulk_input(&scene->bytes, "", 1);
    refused(eckid_import_run(&scene->result, &scene->file, &scene->setup, PUSHED_NOW, pool),
            ECKID_DIRECTORY);
    ck_assert(!is_there(scene, "k1"));
    ok(eckid_import_run(&scene->result, &scene->file, &scene->setup, PUSHED_NOW, pool));
    ck_assert_uint_eq(scene->result.resumed, 2000);
    ck_assert_uint_eq(scene->result.changes.added, 2500);
    ck_assert(is_there(scene, "k1") && is_there(scene, "k2500"));
}
END_TEST

UNIT_SUITE(import)
{
    Suite *suite = suite_create("import");
    TCase *tcase = databases_case(suite, "import");

    tcase_add_loop_test(tcase, everybody_of_a_file_is_there, 0, DATABASES);
    tcase_add_loop_test(tcase, a_dry_run_changes_nothing_and_leaves_nothing, 0, DATABASES);
    tcase_add_loop_test(tcase, too_many_changes_need_to_be_forced, 0, COUNT(guarded));
    tcase_add_loop_test(tcase, a_wrong_file_changes_nothing, 0, COUNT(bad));
    tcase_add_loop_test(tcase, a_doubled_person_is_refused_with_both_lines, 0,
                        COUNT(doubled) * DATABASES);
    tcase_add_test(tcase, a_file_that_changes_meanwhile_is_refused);
    tcase_add_loop_test(tcase, what_was_saved_is_gone_on_with, 0, DATABASES);
    return suite;
}
