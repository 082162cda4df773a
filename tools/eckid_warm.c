/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-warm: fills the cache before the morning, from a list of student keys; or empties it. */
#include "admin_client.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: eckid-warm --url URL [--secret FILE] [--ca FILE] [--school KEY]\n"
    "                  [--rate N] [--state FILE] [--forget] < student-keys\n"
    "\n"
    "Reads student keys, as the LAS knows them, one to a line, and lets httpd look each of them "
    "up,\n"
    "N in a second (10). What is in the cache already costs the LAS nothing. With --state, FILE "
    "says\n"
    "how many lines are done, so that a run that was broken off goes on where it was. --forget\n"
    "removes what is remembered about these students instead. Other options: see eckid-check.\n"
    "Status: 0 all were looked up, 1 the LAS failed for some, 2 the desk does not answer.";

typedef struct tally_t {
    long lines, found, cached, none, failed;
} tally_t;

static long read_state(const char *path)
{
    FILE *file = path ? fopen(path, "r") : NULL;
    long lines = 0;

    if (file) {
        if (fscanf(file, "%ld", &lines) != 1) {
            lines = 0;
        }
        fclose(file);
    }
    return lines;
}

/* By another file that takes its place, so that a kill leaves the old one or the new one.
 */
static void write_state(const char *path, const char *next, long lines)
{
    FILE *file = path ? fopen(next, "w") : NULL;

    if (file) {
        bool written = fprintf(file, "%ld\n", lines) > 0;

        if (fclose(file) == 0 && written) {
            rename(next, path);
        }
    }
}

static void count(tally_t *tally, const json_t *answer)
{
    const char *outcome = desk_text(answer, "outcome");

    tally->cached += strcmp(desk_text(answer, "source"), "cache") == 0;
    if (strcmp(outcome, "found") == 0) {
        tally->found++;
    }
    else if (strcmp(outcome, "las-failed") == 0) {
        tally->failed++;
        fprintf(stderr, "\nline %ld: %s\n", tally->lines, desk_text(answer, "text"));
    }
    else {
        tally->none++;
    }
}

static void show(const tally_t *tally, const char *end)
{
    fprintf(stderr,
            "\r%ld lines: %ld found, %ld without ECK iD or unknown, %ld failed; %ld were in the "
            "cache%s",
            tally->lines, tally->found, tally->none, tally->failed, tally->cached, end);
}

/* False when the desk does not answer: then going on is of no use. */
static bool do_line(tally_t *tally, const desk_t *desk, const char *student)
{
    eckid_admin_verb_t verb = desk->options->forget ? ECKID_ADMIN_FORGET : ECKID_ADMIN_WARM;
    apr_pool_t *pool;

    apr_pool_create(&pool, desk->pool);
    const json_t *answer = desk_ask(desk, verb, student, pool);

    tally->lines++;
    if (answer && verb == ECKID_ADMIN_WARM) {
        count(tally, answer);
    }
    apr_pool_destroy(pool);
    return answer != NULL;
}

static int work(const desk_t *desk)
{
    const char *state = desk->options->state;
    const char *next_state = apr_pstrcat(desk->pool, state ? state : "", ".new", NULL);
    long done = read_state(state);
    tally_t tally = {0, 0, 0, 0, 0};
    apr_time_t next = 0;
    char line[1024];

    while (desk_line(line, sizeof(line))) {
        if (tally.lines < done) {
            tally.lines++;
            continue;
        }
        apr_sleep(eckid_admin_pace(&next, apr_time_now(), desk->options->rate));
        if (!do_line(&tally, desk, line)) {
            return 2;
        }
        write_state(state, next_state, tally.lines);
        show(&tally, "");
    }
    show(&tally, "\n");
    if (state) {
        remove(state); /* so that tomorrow's run begins at the beginning */
    }
    return tally.failed ? 1 : 0;
}

int main(int argc, char **argv)
{
    desk_options_t options;
    apr_pool_t *pool;
    desk_t desk;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    desk_options(&options, argc, argv, usage);
    desk_open(&desk, &options, pool);
    return work(&desk);
}
