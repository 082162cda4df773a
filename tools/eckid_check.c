/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-check: asks the LAS about one person, without a login, and reports step by step. */
#include "admin_client.h"
#include "usage.h"

#include <apr_general.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: eckid-check --url URL [--secret FILE] [--ca FILE] [--school KEY] [--kind KIND]\n"
    "\n"
    "Reads one student key, as the LAS knows it, from standard input, and lets httpd ask its LAS,\n"
    "with the same keys, network and limits as for logins. URL is the location with\n"
    "SetHandler eckid-desk; FILE is that of EckidSecretFile (/etc/apache2/eckid/secret), --ca an\n"
    "authority for the URL; KEY is a key of the school map, and KIND that of\n"
    "another person than a student, such as employee.\n"
    "Status: 0 an ECK iD was found, 1 not, 2 httpd does not answer.";

static void show_step(const json_t *step)
{
    const char *state = admin_client_text(step, "state");

    if (strcmp(state, "not-wanted") == 0) {
        return;
    }
    const char *text = admin_client_text(step, "text");

    printf("%-24s %s%s\n", admin_client_text(step, "name"),
           strcmp(state, "well") == 0     ? (*text ? "well: " : "well")
           : strcmp(state, "noted") == 0  ? "NOTE: "
           : strcmp(state, "failed") == 0 ? "FAILED: "
                                          : "(not reached)",
           text);
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
        printf("%s\n", admin_client_text(answer, "text"));
    }
    return strcmp(admin_client_text(answer, "outcome"), "found") == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    admin_options_t options;
    char line[1024];
    apr_pool_t *pool;
    admin_client_t client;

    usage_answer(argc, argv, "eckid-check", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    admin_client_options(&options, argc, argv, usage);
    admin_client_open(&client, &options, pool);
    if (!admin_client_line(line, sizeof(line))) {
        fprintf(stderr, "no student key on standard input\n");
        return 2;
    }
    const json_t *answer = admin_client_ask(&client, ECKID_ADMIN_CHECK, line, pool);

    return answer ? show(answer) : 2;
}
