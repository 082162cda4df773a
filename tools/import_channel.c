/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from eckid-import to a LAS: TLS, one deadline, and a spool for what comes. */
#include "import_channel.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/eckid_curl.h"

#define FILE_MAX 262144
#define SECONDS_MAX 86400
#define CONNECT_SECONDS 30 /* a server that is there needs no longer, however large the school */
#define MIB ((apr_size_t)1024 * 1024)

/* Options */

bool import_channel_option(channel_options_t *options, int letter, const char *argument)
{
    const struct {
        int letter;
        const char **to;
    } texts[] = {{CHANNEL_CA, &options->ca},
                 {CHANNEL_CERTIFICATE, &options->certificate},
                 {CHANNEL_CERTIFICATE_KEY, &options->certificate_key}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].letter == letter) {
            *texts[i].to = argument;
            return true;
        }
    }
    if (letter != CHANNEL_SECONDS) {
        return false;
    }
    char *end;
    long seconds = strtol(argument, &end, 10);

    if (!*argument || *end || seconds < 1 || seconds > SECONDS_MAX) {
        fprintf(stderr, "--timeout is a number of seconds, from 1 to %d\n", SECONDS_MAX);
        exit(2);
    }
    options->seconds = (int)seconds;
    return true;
}

eckid_err_t *import_channel_file(eckid_bytes_t *content, const char *path, apr_pool_t *pool)
{
    char *buffer = apr_palloc(pool, FILE_MAX);
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t len = file ? fread(buffer, 1, FILE_MAX, file) : 0;

    if (file) {
        fclose(file);
    }
    *content = eckid_bytes(buffer, len);
    return path && !len ? eckid_err_make(pool, ECKID_FILE, "%s", path) : NULL;
}

eckid_err_t *import_channel_open(import_channel_t *channel, const channel_options_t *options,
                                 apr_size_t max, apr_pool_t *pool)
{
    const int connecting = options->seconds < CONNECT_SECONDS ? options->seconds : CONNECT_SECONDS;
    eckid_curl_options_t curl_options = {
        .connect_ms = connecting * 1000, .total_ms = options->seconds * 1000, .body_max = max};
    eckid_curl_t *curl;

    ECKID_ERR(import_channel_file(&curl_options.ca, options->ca, pool));
    ECKID_ERR(import_channel_file(&curl_options.certificate, options->certificate, pool));
    ECKID_ERR(import_channel_file(&curl_options.key, options->certificate_key, pool));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || !eckid_moment_now(&channel->moment)) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libcurl, or no randomness");
    }
    ECKID_ERR(eckid_curl_make(&curl, &curl_options, pool));
    channel->transport = eckid_curl_transport(curl);
    channel->deadline = channel->moment.now + apr_time_from_sec(options->seconds);
    return NULL;
}

/* Fetching */

/* What comes, on its way into the spool. */
typedef struct arriving_t {
    eckid_spool_t *spool;
    apr_size_t len;
    bool is_shown;
} arriving_t;

static eckid_err_t *take(void *self, eckid_bytes_t next)
{
    arriving_t *arriving = self;
    const apr_size_t before = arriving->len / MIB;

    arriving->len += next.len;
    if (arriving->is_shown && arriving->len / MIB != before) {
        fprintf(stderr, "\rfetched %d MiB", (int)(arriving->len / MIB));
    }
    return eckid_spool_add(arriving->spool, next);
}

/* Hints of those codes speak of directives. */
static eckid_err_t *advise(eckid_err_t *err)
{
    static const struct {
        eckid_code_t code;
        const char *hint;
    } hints[] = {
        {ECKID_TRANSPORT, "check the URL and the firewall, and whether the LAS wants, and knows, "
                          "the certificate of --las-certificate"},
        {ECKID_DIED, "see the LAS's log; does it want, and know, the certificate of "
                     "--las-certificate?"},
        {ECKID_TLS, "compare its certificate with --las-ca, and its name with the URL"},
        {ECKID_TIMEOUT, "ask the LAS's operator; --timeout gives it longer"},
        {ECKID_LAS_SHAPE, "is the URL that of the list or web service?"},
    };

    for (size_t i = 0; err && i < sizeof(hints) / sizeof(*hints); i++) {
        if (err->code == hints[i].code) {
            eckid_err_advise(err, hints[i].hint);
        }
    }
    return err;
}

eckid_err_t *import_channel_fetch(eckid_http_response_t **response, eckid_spool_t **spool,
                                  const import_channel_t *channel, eckid_http_request_t *request,
                                  apr_pool_t *pool)
{
    ECKID_ERR(eckid_spool_make(spool, pool));
    arriving_t arriving = {.spool = *spool, .is_shown = isatty(STDERR_FILENO)};
    const eckid_http_sink_t sink = {take, &arriving};

    request->deadline = channel->deadline;
    request->sink = &sink;
    eckid_err_t *err = channel->transport.send(channel->transport.self, response, request, pool);

    request->sink = NULL;
    if (arriving.is_shown) {
        fprintf(stderr, "\r\033[K");
    }
    if (!err && !eckid_spool_rewind(*spool)) {
        return eckid_err_make(pool, ECKID_SPOOL, "it cannot be written");
    }
    return advise(err);
}

eckid_err_t *import_usage(const char *text, apr_pool_t *pool)
{
    return eckid_err_advise(eckid_err_make(pool, ECKID_CONFIG, "%s", text),
                            "eckid-import(8) explains each option");
}
