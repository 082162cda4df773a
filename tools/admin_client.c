/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the commands: options, and requests to httpd. */
#include "admin_client.h"
#include "usage.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_uri.h>
#include <curl/curl.h>
#include <getopt.h>
#include <stdlib.h>

#include "http/eckid_curl.h"
#include "base/eckid_json.h"

#define FILE_MAX 262144
#define PATIENCE_MS 35000 /* longer than the longest lookup */

static const struct option long_options[] = {
    {"url", required_argument, NULL, 'u'},
    {"secret", required_argument, NULL, 's'},
    {"ca", required_argument, NULL, 'c'},
    {"school", required_argument, NULL, 'k'},
    {"kind", required_argument, NULL, 'p'},
    {"state", required_argument, NULL, 'f'},
    {"rate", required_argument, NULL, 'r'},
    {"forget", no_argument, NULL, 'd'},
    {"supplier", required_argument, NULL, 'n'},
    {"subject", required_argument, NULL, 'b'},
    {"key", no_argument, NULL, 'i'},
    {"login", required_argument, NULL, 'l'},
    {"config", required_argument, NULL, 'g'},
    {"compare", required_argument, NULL, 'm'},
    {"httpd", required_argument, NULL, 't'},
    {"values", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/* Where the argument of an option goes; NULL for an option of another kind. */
static const char **text_of(admin_options_t *options, int letter)
{
    switch (letter) {
    case 'u':
        return &options->url;
    case 's':
        return &options->secret;
    case 'c':
        return &options->ca;
    case 'k':
        return &options->school;
    case 'p':
        return &options->kind;
    case 'f':
        return &options->state;
    case 'n':
        return &options->supplier;
    case 'b':
        return &options->subject;
    case 'l':
        return &options->login;
    case 'g':
        return &options->config;
    case 'm':
        return &options->compare;
    case 't':
        return &options->httpd;
    default:
        return NULL;
    }
}

/* What an option without an argument switches on; NULL for an option of another kind. */
static bool *switch_of(admin_options_t *options, int letter)
{
    return letter == 'd'   ? &options->forget
           : letter == 'i' ? &options->key
           : letter == 'v' ? &options->values
                           : NULL;
}

/* False for an option that there is not. */
static bool read_option(admin_options_t *options, int letter)
{
    const char **text = text_of(options, letter);
    bool *on = switch_of(options, letter);

    if (text) {
        *text = optarg;
    }
    else if (on) {
        *on = true;
    }
    else if (letter == 'r') {
        options->rate = atoi(optarg);
    }
    return text || on || letter == 'r';
}

void admin_client_options(admin_options_t *options, int argc, char **argv, const char *usage)
{
    int letter;

    *options =
        (admin_options_t){.secret = "/etc/apache2/eckid/secret", .httpd = "apachectl", .rate = 10};
    while ((letter = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (!read_option(options, letter)) {
            usage_stop(usage);
        }
    }
    if (!options->url && !options->config) {
        fprintf(stderr, "%s: --url is missing\n", argv[0]);
    }
    if (!options->url == !options->config || options->rate < 1 || optind != argc) {
        usage_stop(usage);
    }
}

/* The content of a file; empty if it cannot be read. */
static eckid_bytes_t read_all(const char *path, apr_pool_t *pool)
{
    char *buffer = apr_palloc(pool, FILE_MAX);
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(buffer, 1, FILE_MAX, file) : 0;

    if (file) {
        fclose(file);
    }
    return eckid_bytes(buffer, len);
}

void admin_client_open(admin_client_t *client, const admin_options_t *options, apr_pool_t *pool)
{
    const eckid_secret_t *secret =
        eckid_secret_make(eckid_codec_trim(read_all(options->secret, pool)), pool);
    const eckid_curl_options_t curl_options = {
        .ca = options->ca ? read_all(options->ca, pool) : eckid_bytes("", 0),
        .connect_ms = PATIENCE_MS,
        .total_ms = PATIENCE_MS,
        .body_max = ECKID_ADMIN_ANSWER_MAX,
        .plain = true,
    };
    eckid_curl_t *curl;

    if (!options->url) { /* only eckid-explain can do without */
        usage_stop("--url is needed: the location with SetHandler eckid-desk");
    }
    if (!secret) {
        usage_stop(apr_psprintf(pool,
                                "%s cannot be read, or is too short; --secret names the file of "
                                "EckidSecretFile, and only root can read it",
                                options->secret));
    }
    if (options->ca && !curl_options.ca.len) {
        usage_stop(apr_psprintf(pool, "%s cannot be read", options->ca));
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || eckid_curl_make(&curl, &curl_options, pool)) {
        usage_stop("libcurl cannot be initialized");
    }
    *client = (admin_client_t){options, eckid_curl_transport(curl), eckid_admin_token(secret, pool),
                               pool};
}

json_t *admin_client_complain(const char *who, const char *why)
{
    fprintf(stderr, "no answer from %s: %s\n", who, why);
    return NULL;
}

static json_t *complain(const char *why)
{
    return admin_client_complain("httpd", why);
}

json_t *admin_client_refused(const char *who, const char *why)
{
    fprintf(stderr, "%s: %s\n", who, why);
    return NULL;
}

json_t *admin_client_ask(const admin_client_t *client, eckid_admin_verb_t verb, const char *student,
                         apr_pool_t *pool)
{
    const eckid_admin_request_t what = {verb, student, client->options->school,
                                        client->options->kind};
    json_t *answer = admin_client_send(client, eckid_admin_write(&what, pool), pool);
    const char *error = admin_client_text(answer, "error");

    return *error ? admin_client_refused("httpd", error) : answer;
}

/* What may be wrong about the URL at which no desk is. */
static const char *advise_place(const char *url, apr_pool_t *pool)
{
    apr_uri_t uri;
    bool is_url = apr_uri_parse(pool, url, &uri) == APR_SUCCESS;
    const char *path = is_url && uri.path ? uri.path : "/";

    if (strcmp(path, "/") == 0) {
        return "the path is missing: --url names the location with SetHandler eckid-desk, such as "
               "https://idp.school.example/eckid/desk";
    }
    return apr_psprintf(pool,
                        "is SetHandler eckid-desk at %s, and is \"ProxyPass %s !\" before "
                        "\"ProxyPass /\"?%s",
                        path, path,
                        is_url && uri.scheme && strcmp(uri.scheme, "http") == 0
                            ? " Or is it in the virtual host of https?"
                            : "");
}

/* httpd answered, but not the desk; or the desk lets nobody in. */
static json_t *refuse(int status, const eckid_http_request_t *request, apr_pool_t *pool)
{
    fprintf(stderr, "httpd answered %d at %s: %s\n", status, request->url,
            status == 403
                ? "does a line Require admit this machine, and does httpd have the same secret "
                  "(EckidSecretFile, --secret)? Its error log says which"
                : advise_place(request->url, pool));
    return NULL;
}

json_t *admin_client_send(const admin_client_t *client, eckid_bytes_t body, apr_pool_t *pool)
{
    eckid_http_request_t request = {.method = "POST", .url = client->options->url};
    eckid_http_response_t *answer;
    json_t *object;

    request.headers = apr_table_make(pool, 2);
    request.body = body;
    apr_table_setn(request.headers, "Content-Type", "application/json");
    apr_table_setn(request.headers, "Authorization",
                   apr_pstrcat(pool, "Bearer ", client->token, NULL));
    eckid_err_t *err = client->transport.send(client->transport.self, &answer, &request, pool);

    if (err) {
        return complain(*err->detail ? err->detail : eckid_err_fact(err->code));
    }
    if (answer->status != 200 && answer->status != 400) { /* 400 says why, in JSON */
        return refuse(answer->status, &request, pool);
    }
    return eckid_json_parse(&object, answer->body, ECKID_ADMIN_REQUEST, pool)
               ? refuse(answer->status, &request, pool)
               : object;
}

char *admin_client_line(char *buffer, int room)
{
    while (fgets(buffer, room, stdin)) {
        buffer[strcspn(buffer, "\r\n")] = '\0';
        if (*buffer) {
            return buffer;
        }
    }
    return NULL;
}

const char *admin_client_text(const json_t *answer, const char *name)
{
    const char *text = json_string_value(json_object_get(answer, name));

    return text ? text : "";
}
