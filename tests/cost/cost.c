/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input that is one long list, for every list that input can hold: what it costs to judge it.
 *
 *     cost list 0              names the lists
 *     cost memory SIZE [NAME]  memory for input of that size, in KiB, and what became of it
 *     cost time SIZE [NAME]    milliseconds of CPU for input of that size, to be looked at
 *     cost count SIZE [NAME]   under callgrind: dumps for none of it, SIZE bytes, and twice as many
 */
#include <stdio.h>
#include <stdlib.h>
#include <apr_general.h>
#include <libxml/parser.h>

#include "lists.h"
#include "measure.h"
#include "unit.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

static void name(const scene_t *scene, const list_t *list, apr_size_t size)
{
    (void)scene, (void)size;
    puts(list->name);
}

static const struct {
    const char *word;
    void (*with)(const scene_t *scene, const list_t *list, apr_size_t size);
} commands[] = {
    {"list", name}, {"memory", measure_memory}, {"time", measure_time}, {"count", measure_count}};

static char **words; /* of the command line */

/* A test in form only: the makers of keys and responses belong to libcheck's world. */
START_TEST(all)
{
    const scene_t *scene = scene_make();
    const apr_size_t size = (apr_size_t)atol(words[2]);
    int chosen = 0;

    while (strcmp(commands[chosen].word, words[1]) != 0) {
        ck_assert_int_lt(++chosen, COUNT(commands));
    }
    for (int i = 0; i < COUNT(lists); i++) {
        if (!words[3] || strcmp(words[3], lists[i].name) == 0) {
            commands[chosen].with(scene, &lists[i], size);
        }
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("cost");
    TCase *tcase = tcase_create("cost");
    SRunner *runner = srunner_create(suite);

    if (argc < 3) {
        return 2;
    }
    words = argv;
    apr_initialize();
    apr_pool_create(&pool, NULL);
    xmlInitParser();
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, all);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    if (srunner_ntests_failed(runner)) {
        srunner_print(runner, CK_NORMAL);
    }
    return srunner_ntests_failed(runner) != 0;
}
