/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-check: asks the LAS about one student, outside of a login, and tells step by step. */
#include "admin_client.h"

#include <apr_general.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: eckid-check --url URL [--secret FILE] [--ca FILE] [--school KEY]\n"
    "\n"
    "Reads one student key, as the LAS knows it, from standard input, and lets httpd ask its LAS,\n"
    "with the keys, the network and the limits that logins have. URL is the location with\n"
    "SetHandler eckid-desk; FILE is that of EckidSecretFile (/etc/apache2/eckid/secret), --ca an\n"
    "authority for the URL; KEY is one of the map of schools.\n"
    "Status: 0 an ECK iD was found, 1 not, 2 the desk does not answer.";

static void show_step(const json_t *step)
{
    const char *state = desk_text(step, "state");

    if (strcmp(state, "not-wanted") == 0) {
        return;
    }
    printf("%-24s %s%s%s\n", desk_text(step, "name"),
           strcmp(state, "well") == 0     ? "well"
           : strcmp(state, "noted") == 0  ? "NOTE: "
           : strcmp(state, "failed") == 0 ? "FAILED: "
                                          : "(not reached)",
           desk_text(step, "text"), "");
}

static int show(const json_t *answer)
{
    const json_t *step;
    size_t i;

    json_array_foreach(json_object_get(answer, "steps"), i, step)
    {
        show_step(step);
    }
    if (!json_object_get(answer, "steps")) {
        printf("%s\n", desk_text(answer, "text"));
    }
    return strcmp(desk_text(answer, "outcome"), "found") == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    desk_options_t options;
    char line[1024];
    apr_pool_t *pool;
    desk_t desk;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    desk_options(&options, argc, argv, usage);
    desk_open(&desk, &options, pool);
    if (!desk_line(line, sizeof(line))) {
        fprintf(stderr, "no student key on standard input\n");
        return 2;
    }
    const json_t *answer = desk_ask(&desk, ECKID_ADMIN_CHECK, line, pool);

    return answer ? show(answer) : 2;
}
