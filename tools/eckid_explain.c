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
#include "operator/eckid_explain_compare.h"
#include "usage.h"

static const char usage[] =
    "usage: eckid-explain AT [--supplier NAME] [--subject NAMEID] [OPTIONS] < attributes\n"
    "       eckid-explain AT [--supplier NAME] --key [--school KEY] [--kind KIND] [OPTIONS]"
    " < person-key\n"
    "       eckid-explain AT --login FILE [OPTIONS]\n"
    "where AT is --url URL [--secret FILE] [--ca FILE]\n"
    "         or --config FILE [--httpd PROGRAM]\n"
    "and OPTIONS are [--compare FILE [--httpd PROGRAM]] [--values]\n"
    "\n"
    "Reads the attributes of a login from standard input, as a JSON object of strings or lists of\n"
    "strings, or with --key the key of a person as the LAS knows it. NAME is an entity ID or a\n"
    "client_id; without it, each supplier is told. With --login, FILE (- is standard input) is "
    "what\n"
    "the identity provider answered: a page with a SAML response or ID token, the answer of a "
    "token\n"
    "endpoint, or the form or URL that the browser sent. httpd says what its code for logins "
    "would\n"
    "do, and by which lines of the configuration: the one that runs at URL, or that of FILE, "
    "which\n"
    "httpd -t only reads. With --compare, only what the configuration of that FILE would change.\n"
    "Values are shown as lengths; with --values as they are, on a terminal only.\n"
    "Status: 0 each login goes on with an ECK iD, or nothing would change; 1 not each, or "
    "something\n"
    "would; 2 there is no answer.";

/* All of a file, or of standard input, with NUL behind it; len excludes that. */
static char *read_input(size_t *len, const char *path, apr_pool_t *pool)
{
    char *input = apr_palloc(pool, ECKID_EXPLAIN_REQUEST_MAX + 2);
    FILE *file = path && strcmp(path, "-") != 0 ? fopen(path, "r") : stdin;

    if (!file) {
        usage_stop(apr_psprintf(pool, "%s cannot be read", path));
    }
    *len = fread(input, 1, ECKID_EXPLAIN_REQUEST_MAX + 1, file);
    if (*len > ECKID_EXPLAIN_REQUEST_MAX) {
        usage_stop("the input is longer than 1 MiB");
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
            usage_stop("what was captured is not UTF-8");
        }
    }
    else if (options->key) {
        input[strcspn(input, "\r\n")] = '\0';
        json_object_set_new(object, "key", json_string(input));
    }
    else if (eckid_json_parse(&attributes, eckid_bytes(input, len), ECKID_ADMIN_REQUEST, pool)) {
        usage_stop("standard input is not a JSON object such as "
                   "{\"employeeNumber\": \"95312\", \"eduPersonAffiliation\": [\"student\"]}");
    }
    else {
        json_object_set(object, "attributes", attributes);
    }
}

/* Has digests told in the place of values: lengths would hide what differs. Each comparison has
 * its own salt, so that what is told in one says nothing about another. */
static void add_salt(json_t *object, apr_pool_t *pool)
{
    unsigned char salt[ECKID_SECRET_MIN];

    if (!eckid_secret_random(salt, sizeof(salt))) {
        usage_stop("no randomness");
    }
    json_object_set_new(object, "salt",
                        json_string(eckid_codec_hex(eckid_bytes(salt, sizeof(salt)), pool).data));
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
    if (options->compare && !options->values) {
        add_salt(object, pool);
    }
    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++) {
        if (more[i].value) {
            json_object_set_new(object, more[i].name, json_string(more[i].value));
        }
    }
    const eckid_bytes_t request = eckid_json_print(object, pool);

    if (request.len > ECKID_EXPLAIN_REQUEST_MAX) {
        usage_stop("the input is longer than 1 MiB, as JSON");
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

/* A step; with its values, if they are there and asked for. */
static void show_step(const char *sign, const json_t *step, bool values, apr_pool_t *pool)
{
    const char *line = shown(step, "line", pool), *value = shown(step, "value", pool);

    printf("  %s%-24s %s%s%s%s\n", sign, shown(step, "name", pool),
           values && *value ? value : shown(step, "text", pool), *line ? "  [" : "", line,
           *line ? "]" : "");
}

static int show(const json_t *answer, bool values, apr_pool_t *pool)
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
            show_step("", step, values, pool);
        }
        all_found = all_found && strcmp(result, "eck-id") == 0;
    }
    return i && all_found ? 0 : 1;
}

/* What would change */

static const char *result_or_none(const json_t *difference, const char *member)
{
    const char *result = admin_client_text(difference, member);

    return *result ? result : "none";
}

static void show_difference(const json_t *difference, bool values, apr_pool_t *pool)
{
    const char *at = shown(difference, "at", pool), *supplier = shown(difference, "supplier", pool);
    const char *before = result_or_none(difference, "before");
    const char *after = result_or_none(difference, "after");
    const json_t *change;
    size_t i;

    printf("%s%sover %s%s%s: %s", supplier, *supplier ? " " : "", shown(difference, "over", pool),
           *at ? " at " : "", at, before);
    if (strcmp(before, after) != 0) {
        printf(", would be %s", after);
    }
    puts(eckid_explain_is_same(difference) ? ", nothing differs" : "");
    json_array_foreach(json_object_get(difference, "changes"), i, change)
    {
        show_step(apr_pstrcat(pool, admin_client_text(change, "sign"), " ", NULL), change, values,
                  pool);
    }
}

/* That one of both configurations has no logins, and why: "no <EckidSupplier> has that name". */
static void show_error(const char *sign, const json_t *answer, apr_pool_t *pool)
{
    if (json_object_get(answer, "error")) {
        printf("%s none: %s\n", sign, shown(answer, "error", pool));
    }
}

static int show_differences(json_t *before, json_t *after, bool values, apr_pool_t *pool)
{
    const json_t *difference;
    bool same = true;
    size_t i;

    json_array_foreach(eckid_explain_compare(before, after, pool), i, difference)
    {
        show_difference(difference, values, pool);
        same = same && eckid_explain_is_same(difference);
    }
    show_error("-", before, pool);
    show_error("+", after, pool);
    if (i && same) {
        puts("nothing differs");
    }
    return i ? !same : 2;
}

/* Who is asked */

static const char *who(const admin_options_t *options)
{
    return options->config ? options->config : "httpd";
}

/* By the configuration at AT; NULL, after printing why, if there is no answer. */
static json_t *ask(const admin_options_t *options, eckid_bytes_t request, apr_pool_t *pool)
{
    admin_client_t client;

    if (options->config) {
        return config_reader_ask(options->httpd, options->config, request, pool);
    }
    admin_client_open(&client, options, pool);
    return admin_client_send(&client, request, pool);
}

static int explain(const admin_options_t *options, apr_pool_t *pool)
{
    json_t *answer = ask(options, make_request(options, pool), pool);

    if (answer && json_object_get(answer, "error")) {
        answer = admin_client_refused(who(options), shown(answer, "error", pool));
    }
    return answer ? show(answer, options->values, pool) : 2;
}

static int compare(const admin_options_t *options, apr_pool_t *pool)
{
    const eckid_bytes_t request = make_request(options, pool);
    json_t *before = ask(options, request, pool);
    json_t *after =
        before ? config_reader_ask(options->httpd, options->compare, request, pool) : NULL;

    return after ? show_differences(before, after, options->values, pool) : 2;
}

int main(int argc, char **argv)
{
    admin_options_t options;
    apr_pool_t *pool;

    usage_answer(argc, argv, "eckid-explain", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    admin_client_options(&options, argc, argv, usage);
    if (options.login && (options.supplier || options.key)) {
        usage_stop(usage);
    }
    if (options.values && !isatty(STDOUT_FILENO)) {
        usage_stop("--values shows values of a person, so standard output must be a terminal");
    }
    return options.compare ? compare(&options, pool) : explain(&options, pool);
}
