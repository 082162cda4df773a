/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-audit: verifies an audit log, and finds the logins of one person in it. */
#include <apr_general.h>
#include <apr_strings.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "decision/eckid_pseudonym.h"
#include "record/eckid_audit_verify.h"
#include "usage.h"

#define SECRET_MAX 65536
#define LINE_MAX_LEN (2 * ECKID_AUDIT_LINE_MAX) /* longer ones are none of ours */

static const char usage[] =
    "usage: eckid-audit verify [--secret FILE]... [--last CHAIN:NUMBER] [LOG]...\n"
    "       eckid-audit find (--secret FILE | --key FILE) --type TYPE [--school KEY] [--kind "
    "KIND]\n"
    "                        LOG... < person-key\n"
    "       eckid-audit key [--secret FILE]\n"
    "\n"
    "Verify tells what was changed in the logs of EckidAuditLog, removed or added; give it all "
    "files\n"
    "of a rotated log. Find prints the lines about the person whose key, as the LAS knows it, is "
    "on\n"
    "standard input. Key prints what find needs, for a helpdesk that may not have the secret.\n"
    "Status: 0 all is well or something was found, 1 not so, 2 wrong usage.";

typedef struct options_t {
    apr_array_header_t *secrets; /* const char *: files */
    const char *key, *type, *school, *kind, *last;
    char **logs;
    int count;
    apr_pool_t *pool;
} options_t;

static void read_options(options_t *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"secret", required_argument, NULL, 's'}, {"key", required_argument, NULL, 'k'},
        {"type", required_argument, NULL, 't'},   {"school", required_argument, NULL, 'o'},
        {"kind", required_argument, NULL, 'p'},   {"last", required_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    int letter;

    while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
        const char **text = letter == 'k'   ? &options->key
                            : letter == 't' ? &options->type
                            : letter == 'o' ? &options->school
                            : letter == 'p' ? &options->kind
                            : letter == 'l' ? &options->last
                                            : NULL;

        if (letter == 's') {
            APR_ARRAY_PUSH(options->secrets, const char *) = optarg;
        }
        else if (text) {
            *text = optarg;
        }
        else {
            usage_stop(usage);
        }
    }
    options->logs = argv + optind;
    options->count = argc - optind;
    if (!options->secrets->nelts && !options->key) {
        APR_ARRAY_PUSH(options->secrets, const char *) = "/etc/apache2/eckid/secret";
    }
}

/* The secret of a file, as EckidSecretFile reads it. */
static eckid_secret_t *read_secret(const char *path, apr_pool_t *pool)
{
    char *buffer = apr_palloc(pool, SECRET_MAX);
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(buffer, 1, SECRET_MAX, file) : 0;
    eckid_secret_t *secret = eckid_secret_make(eckid_codec_trim(eckid_bytes(buffer, len)), pool);

    if (file) {
        fclose(file);
    }
    if (!secret) {
        usage_stop(apr_pstrcat(pool, path, " cannot be read, or is too short", NULL));
    }
    return secret;
}

static const eckid_secret_t *first_secret(const options_t *options)
{
    return read_secret(APR_ARRAY_IDX(options->secrets, 0, const char *), options->pool);
}

/* Logs */

typedef void on_line_t(void *self, const char *where, eckid_bytes_t line, apr_pool_t *scratch);

static void read_log(FILE *file, const char *name, on_line_t *on_line, void *self, apr_pool_t *pool)
{
    static char line[LINE_MAX_LEN];
    apr_pool_t *scratch;

    apr_pool_create(&scratch, pool);
    for (long number = 1; fgets(line, sizeof(line), file); number++) {
        size_t len = strlen(line);

        len -= len && line[len - 1] == '\n';
        if (len) {
            on_line(self, apr_psprintf(scratch, "%s:%ld", name, number), eckid_bytes(line, len),
                    scratch);
        }
        apr_pool_clear(scratch);
    }
    apr_pool_destroy(scratch);
}

static void read_logs(const options_t *options, on_line_t *on_line, void *self)
{
    for (int i = 0; i < options->count; i++) {
        FILE *file = fopen(options->logs[i], "r");

        if (!file) {
            usage_stop(apr_pstrcat(options->pool, options->logs[i], " cannot be read", NULL));
        }
        read_log(file, options->logs[i], on_line, self, options->pool);
        fclose(file);
    }
}

/* Verify */

static void verify_line(void *self, const char *where, eckid_bytes_t line, apr_pool_t *scratch)
{
    eckid_audit_verify_line(self, where, line, scratch);
}

static int verify(const options_t *options)
{
    apr_array_header_t *secrets = apr_array_make(options->pool, 2, sizeof(const eckid_secret_t *));
    const char *colon = options->last ? strchr(options->last, ':') : NULL;
    const char *chain =
        colon ? apr_pstrmemdup(options->pool, options->last, (apr_size_t)(colon - options->last))
              : NULL;
    int bad = 0;

    if (options->last && !colon) {
        usage_stop(usage);
    }
    for (int i = 0; i < options->secrets->nelts; i++) {
        const char *path = APR_ARRAY_IDX(options->secrets, i, const char *);

        APR_ARRAY_PUSH(secrets, const eckid_secret_t *) =
            eckid_secret_for(read_secret(path, options->pool), ECKID_AUDIT_PURPOSE, options->pool);
    }
    eckid_audit_verify_t *all = eckid_audit_verify_make(secrets, options->pool);

    if (options->count) {
        read_logs(options, verify_line, all);
    }
    else {
        read_log(stdin, "standard input", verify_line, all, options->pool);
    }
    const apr_array_header_t *findings =
        eckid_audit_verify_end(all, chain, colon ? (apr_uint64_t)apr_atoi64(colon + 1) : 0);

    for (int i = 0; i < findings->nelts; i++) {
        const eckid_audit_finding_t *each = &APR_ARRAY_IDX(findings, i, eckid_audit_finding_t);

        printf("%s %s\n", each->is_bad ? "BAD: " : "     ", each->text);
        bad += each->is_bad;
    }
    printf("%s\n", bad ? "The log is not what httpd wrote." : "All is well.");
    return bad ? 1 : 0;
}

/* Find */

typedef struct search_t {
    const char *wanted; /* the member, as it stands in a line */
    long found;
} search_t;

static void find_line(void *self, const char *where, eckid_bytes_t line, apr_pool_t *scratch)
{
    search_t *search = self;

    (void)where;
    if (strstr(apr_pstrmemdup(scratch, line.data, line.len), search->wanted)) {
        printf("%.*s\n", (int)line.len, line.data);
        search->found++;
    }
}

/* The key stands on standard input, because everybody on this machine can read command lines. */
static int find(const options_t *options)
{
    char line[1024];
    const eckid_secret_t *secret =
        options->key
            ? read_secret(options->key, options->pool)
            : eckid_secret_for(first_secret(options), ECKID_PSEUDONYM_PURPOSE, options->pool);

    if (!options->type || !options->count || !fgets(line, sizeof(line), stdin)) {
        usage_stop(usage);
    }
    line[strcspn(line, "\r\n")] = '\0';
    const eckid_person_key_t key = {
        options->type, line, options->school,
        options->kind && strcmp(options->kind, ECKID_KIND_STUDENT) == 0 ? NULL : options->kind};
    search_t search = {apr_pstrcat(options->pool, "\"person\":\"",
                                   eckid_pseudonym(secret, &key, options->pool), "\"", NULL),
                       0};

    read_logs(options, find_line, &search);
    return search.found ? 0 : 1;
}

int main(int argc, char **argv)
{
    options_t options = {.key = NULL};

    usage_answer(argc, argv, "eckid-audit", usage);
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&options.pool, NULL);
    options.secrets = apr_array_make(options.pool, 2, sizeof(const char *));
    if (argc < 2) {
        usage_stop(usage);
    }
    read_options(&options, argc - 1, argv + 1);
    if (strcmp(argv[1], "verify") == 0) {
        return verify(&options);
    }
    if (strcmp(argv[1], "find") == 0) {
        return find(&options);
    }
    if (strcmp(argv[1], "key") == 0 && options.secrets->nelts) {
        printf("%s\n", eckid_secret_text_for(first_secret(&options), ECKID_PSEUDONYM_PURPOSE,
                                             options.pool));
        return 0;
    }
    usage_stop(usage);
}
