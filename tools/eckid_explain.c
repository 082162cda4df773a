/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-explain: says step by step what would become of a login at a supplier. */
#include "admin_client.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/eckid_json.h"
#include "config_reader.h"
#include "operator/eckid_explain.h"

static const char usage[] =
    "usage: eckid-explain AT --supplier NAME [--subject NAMEID] [--values] < attributes\n"
    "       eckid-explain AT --supplier NAME --key [--school KEY] [--kind KIND] < person-key\n"
    "       eckid-explain AT --login FILE [--values]\n"
    "where AT is --url URL [--secret FILE] [--ca FILE]\n"
    "         or --config FILE [--httpd PROGRAM]\n"
    "\n"
    "Reads the attributes of a login from standard input, as a JSON object of strings or lists of\n"
    "strings, or with --key the key of a person as the LAS knows it. NAME is an entity ID or a\n"
    "client_id. With --login, FILE (- is standard input) is what the identity provider answered:\n"
    "a page with a SAML response or ID token, the answer of a token endpoint, or the form or URL\n"
    "that the browser sent. httpd says what its code for logins would do, and by which lines of\n"
    "the configuration: the one that runs at URL, or that of FILE, which httpd -t only reads.\n"
    "Values are shown as lengths; with --values as they are, on a terminal only.\n"
    "Status: 0 each login goes on with an ECK iD, 1 not each, 2 httpd does not answer.";

static _Noreturn void stop(const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(2);
}

/* All of a file, or of standard input, with NUL behind it; len excludes that. */
static char *read_input(size_t *len, const char *path, apr_pool_t *pool)
{
    char *input = apr_palloc(pool, ECKID_EXPLAIN_REQUEST_MAX + 2);
    FILE *file = path && strcmp(path, "-") != 0 ? fopen(path, "r") : stdin;

    if (!file) {
        stop(apr_psprintf(pool, "%s cannot be read", path));
    }
    *len = fread(input, 1, ECKID_EXPLAIN_REQUEST_MAX + 1, file);
    if (*len > ECKID_EXPLAIN_REQUEST_MAX) {
        stop("the input is longer than 1 MiB");
    }
    input[*len] = '\0';
    return input;
}

/* What is asked about: a login that was captured, the key of a person, or attributes. */
static void add_subject(json_t *object, const admin_options_t *options, apr_pool_t *pool)
{
    size_t len;
    char *input = read_input(&len, options->login, pool);
    json_t *attributes;

    if (options->login) {
        if (json_object_set_new(object, "login", json_string(input))) {
            stop("what was captured is not UTF-8");
        }
    }
    else if (options->key) {
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
}

/* The request, from the options and standard input. */
static eckid_bytes_t make_request(const admin_options_t *options, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(
        json_pack("{s:s,s:b}", "do", "explain", "values", (int)options->values), pool);
    const struct {
        const char *name, *value;
    } more[] = {{"supplier", options->supplier},
                {"subject", options->subject},
                {"school", options->school},
                {"kind", options->kind}};

    add_subject(object, options, pool);
    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
        if (more[i].value) {
            json_object_set_new(object, more[i].name, json_string(more[i].value));
        }
    }
    const eckid_bytes_t request = eckid_json_print(object, pool);

    if (request.len > ECKID_EXPLAIN_REQUEST_MAX) {
        stop("the input is longer than 1 MiB, as JSON");
    }
    return request;
}

/* A text that a terminal can be shown: what was captured names things as it likes, and its control
 * characters (C0, DEL, and C1 in UTF-8) must do nothing. */
static const char *shown(const json_t *object, const char *member, apr_pool_t *pool)
{
    char *text = apr_pstrdup(pool, admin_client_text(object, member));

    for (unsigned char *at = (unsigned char *)text; *at; at++) {
        bool is_c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;

        if (is_c1) {
            *at++ = '?';
        }
        if (is_c1 || *at < 0x20 || *at == 0x7f) {
            *at = '?';
        }
    }
    return text;
}

static void show_step(const json_t *step, apr_pool_t *pool)
{
    const char *line = shown(step, "line", pool);

    printf("  %-24s %s%s%s%s\n", shown(step, "name", pool), shown(step, "text", pool),
           *line ? "  [" : "", line, *line ? "]" : "");
}

static int show(const json_t *answer, apr_pool_t *pool)
{
    const json_t *login, *step;
    bool all_found = true;
    size_t i, j;

    json_array_foreach(json_object_get(answer, "logins"), i, login)
    {
        const char *result = admin_client_text(login, "result");
        const char *at = shown(login, "at", pool);

        printf("over %s%s%s: %s\n", shown(login, "over", pool), *at ? " at " : "", at, result);
        json_array_foreach(json_object_get(login, "steps"), j, step)
        {
            show_step(step, pool);
        }
        all_found = all_found && strcmp(result, "eck-id") == 0;
    }
    return i && all_found ? 0 : 1;
}

static const json_t *ask(const admin_options_t *options, apr_pool_t *pool)
{
    admin_client_t client;

    if (options->config) {
        return config_reader_ask(options->httpd, options->config, make_request(options, pool),
                                 pool);
    }
    admin_client_open(&client, options, pool);
    return admin_client_send(&client, make_request(options, pool), pool);
}

int main(int argc, char **argv)
{
    admin_options_t options;
    apr_pool_t *pool;

    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    admin_client_options(&options, argc, argv, usage);
    if (!options.supplier == !options.login) {
        stop(usage);
    }
    if (options.values && !isatty(STDOUT_FILENO)) {
        stop("--values shows values of a person, so standard output must be a terminal");
    }
    const json_t *answer = ask(&options, pool);

    return answer ? show(answer, pool) : 2;
}
