/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-warm: fills the cache for a list of student keys, or removes them from it. */
#include "admin_client.h"
#include "usage.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: eckid-warm --url URL [--secret FILE] [--ca FILE] [--school KEY] [--kind KIND]\n"
    "                  [--rate N] [--state FILE] [--forget] < student-keys\n"
    "\n"
    "Reads student keys, as the LAS knows them, one per line, and lets httpd look up N of them "
    "per\n"
    "second (10). The LAS is not asked about students who are in the cache already. With --state,\n"
    "FILE holds the number of lines done, so that an interrupted run can continue. With --forget\n"
    "these students are removed from the cache instead. For other options see eckid-check.\n"
    "Status: 0 all were looked up, 1 the LAS failed for some, 2 httpd does not answer.";

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

/* Writes a new file and renames it, so that a kill leaves a complete file. */
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
    const char *outcome = admin_client_text(answer, "outcome");

    tally->cached += strcmp(admin_client_text(answer, "source"), "cache") == 0;
    if (strcmp(outcome, "found") == 0) {
        tally->found++;
    }
    else if (strcmp(outcome, "las-failed") == 0 || strcmp(outcome, "directory-failed") == 0) {
        tally->failed++;
        fprintf(stderr, "%sline %ld: %s\n", isatty(STDERR_FILENO) ? "\n" : "", tally->lines,
                admin_client_text(answer, "text"));
    }
    else {
        tally->none++;
    }
}

/* On a terminal one line that changes; elsewhere only the last one. */
static void show(const tally_t *tally, bool last)
{
    bool on_terminal = isatty(STDERR_FILENO);

    if (!on_terminal && !last) {
        return;
    }
    fprintf(stderr,
            "%s%ld lines: %ld found, %ld without ECK iD or unknown, %ld failed; %ld were in the "
            "cache%s",
            on_terminal ? "\r" : "", tally->lines, tally->found, tally->none, tally->failed,
            tally->cached, last ? "\n" : "");
}

/* False if httpd does not answer: then it is pointless to continue. */
static bool do_line(tally_t *tally, const admin_client_t *client, const char *student)
{
    eckid_admin_verb_t verb = client->options->forget ? ECKID_ADMIN_FORGET : ECKID_ADMIN_WARM;
    apr_pool_t *pool;

    apr_pool_create(&pool, client->pool);
    const json_t *answer = admin_client_ask(client, verb, student, pool);

    tally->lines++;
    if (answer && verb == ECKID_ADMIN_WARM) {
        count(tally, answer);
    }
    apr_pool_destroy(pool);
    return answer != NULL;
}

static int work(const admin_client_t *client)
{
    const char *state = client->options->state;
    const char *next_state = apr_pstrcat(client->pool, state ? state : "", ".new", NULL);
    long done = read_state(state);
    tally_t tally = {0, 0, 0, 0, 0};
    apr_time_t next = 0;
    char line[1024];

    while (admin_client_line(line, sizeof(line))) {
        if (tally.lines < done) {
            tally.lines++;
            continue;
        }
        apr_sleep(eckid_admin_pace(&next, apr_time_now(), client->options->rate));
        if (!do_line(&tally, client, line)) {
            return 2;
        }
        write_state(state, next_state, tally.lines);
        show(&tally, false);
    }
    show(&tally, true);
    if (state) {
        remove(state); /* so that the next run starts at the first line */
    }
    return tally.failed ? 1 : 0;
}

int main(int argc, char **argv)
{
    admin_options_t options;
    apr_pool_t *pool;
    admin_client_t client;

    usage_answer(argc, argv, "eckid-warm", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    admin_client_options(&options, argc, argv, usage);
    admin_client_open(&client, &options, pool);
    return work(&client);
}
