/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-explain: says step by step what would become of a login at a supplier. */
#include "admin_client.h"

#include <apr_general.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/eckid_json.h"

#define INPUT_MAX 65536

static const char usage[] =
    "usage: eckid-explain --url URL --supplier NAME [--subject NAMEID] [--values]\n"
    "                     [--secret FILE] [--ca FILE] < attributes\n"
    "       eckid-explain --url URL --supplier NAME --key [--school KEY] [--kind KIND]\n"
    "                     [--secret FILE] [--ca FILE] < person-key\n"
    "\n"
    "Reads the attributes of a login from standard input, as a JSON object of strings or lists of\n"
    "strings, or with --key the key of a person as the LAS knows it. NAME is an entity ID or a\n"
    "client_id. httpd says what its code for logins would do, and by which lines of the\n"
    "configuration. Values are shown as lengths; with --values as they are, on a terminal only.\n"
    "Status: 0 each login goes on with an ECK iD, 1 not each, 2 httpd does not answer.";

static _Noreturn void stop(const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(2);
}

/* The request, from the options and standard input. */
static eckid_bytes_t make_request(const admin_options_t *options, apr_pool_t *pool)
{
    char *input = apr_palloc(pool, INPUT_MAX + 1);
    size_t len = fread(input, 1, INPUT_MAX, stdin);
    json_t *object = eckid_json_own(json_pack("{s:s,s:s,s:b}", "do", "explain", "supplier",
                                              options->supplier, "values", (int)options->values),
                                    pool);
    json_t *attributes;

    input[len] = '\0';
    if (options->key) {
        input[strcspn(input, "\r\n")] = '\0';
        json_object_set_new(object, "key", json_string(input));
    }
    else if (eckid_json_parse(&attributes, eckid_bytes(input, len), ECKID_ADMIN_REQUEST, pool)) {
        stop("standard input is not a JSON object such as "
             "{\"employeeNumber\": \"95312\", \"eduPersonAffiliation\": [\"student\"]}");
    }
    else {
        json_object_set(object, "attributes", attributes);
    }
    const struct {
        const char *name, *value;
    } more[] = {
        {"subject", options->subject}, {"school", options->school}, {"kind", options->kind}};

    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
        if (more[i].value) {
            json_object_set_new(object, more[i].name, json_string(more[i].value));
        }
    }
    return eckid_json_print(object, pool);
}

static void show_step(const json_t *step)
{
    const char *line = admin_client_text(step, "line");

    printf("  %-24s %s%s%s%s\n", admin_client_text(step, "name"), admin_client_text(step, "text"),
           *line ? "  [" : "", line, *line ? "]" : "");
}

static int show(const json_t *answer)
{
    const json_t *login, *step;
    bool all_found = true;
    size_t i, j;

    json_array_foreach(json_object_get(answer, "logins"), i, login)
    {
        const char *result = admin_client_text(login, "result");

        printf("over %s: %s\n", admin_client_text(login, "over"), result);
        json_array_foreach(json_object_get(login, "steps"), j, step)
        {
            show_step(step);
        }
        all_found = all_found && strcmp(result, "eck-id") == 0;
    }
    return i && all_found ? 0 : 1;
}

int main(int argc, char **argv)
{
    admin_options_t options;
    admin_client_t client;
    apr_pool_t *pool;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    admin_client_options(&options, argc, argv, usage);
    if (!options.supplier) {
        stop(usage);
    }
    if (options.values && !isatty(STDOUT_FILENO)) {
        stop("--values shows values of a person, so standard output must be a terminal");
    }
    admin_client_open(&client, &options, pool);
    const json_t *answer = admin_client_send(&client, make_request(&options, pool), pool);

    return answer ? show(answer) : 2;
}
