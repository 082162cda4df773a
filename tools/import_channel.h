/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from eckid-import to a LAS: TLS, one deadline, and a spool for what comes. */
#ifndef IMPORT_CHANNEL_H
#define IMPORT_CHANNEL_H

#include <getopt.h>

#include "crypto/eckid_moment.h"
#include "http/eckid_http.h"
#include "provision/eckid_spool.h"

typedef struct channel_options_t {
    const char *ca, *certificate, *certificate_key; /* files; or NULL */
    int seconds;                                    /* for everything */
} channel_options_t;

#define CHANNEL_DEFAULTS ((channel_options_t){.seconds = 600})

/* For the options of getopt_long. */
enum { CHANNEL_CA = 300, CHANNEL_CERTIFICATE, CHANNEL_CERTIFICATE_KEY, CHANNEL_SECONDS };

#define CHANNEL_OPTIONS                                                                            \
    {"las-ca", required_argument, NULL, CHANNEL_CA},                                               \
        {"las-certificate", required_argument, NULL, CHANNEL_CERTIFICATE},                         \
        {"las-certificate-key", required_argument, NULL, CHANNEL_CERTIFICATE_KEY},                 \
    {                                                                                              \
        "timeout", required_argument, NULL, CHANNEL_SECONDS                                        \
    }

/* What usage says of them. */
#define CHANNEL_USAGE                                                                              \
    "  --las-ca FILE, --las-certificate FILE, --las-certificate-key FILE   as in EckidLas\n"       \
    "  --timeout SECONDS until everything has come (600)\n"

/* Takes an option by its letter; false if it is none of these. Exits with status 2 for a bad
 * one. */
bool import_channel_option(channel_options_t *options, int letter, const char *argument);

/* The content of a small file; empty for NULL. ECKID_FILE. */
eckid_err_t *import_channel_file(eckid_bytes_t *content, const char *path, apr_pool_t *pool);

typedef struct import_channel_t {
    eckid_transport_t transport;
    eckid_moment_t moment;
    apr_time_t deadline;
} import_channel_t;

/* Makes a way for responses of at most so many bytes. ECKID_FILE, ECKID_INTERNAL. */
eckid_err_t *import_channel_open(import_channel_t *channel, const channel_options_t *options,
                                 apr_size_t max, apr_pool_t *pool);

/* Sends a request; the body of the response goes into the spool, with any status. The errors of
 * eckid_transport_t, with hints for who runs the command; ECKID_SPOOL. */
eckid_err_t *import_channel_fetch(eckid_http_response_t **response, eckid_spool_t **spool,
                                  const import_channel_t *channel, eckid_http_request_t *request,
                                  apr_pool_t *pool);

/* ECKID_CONFIG: options that do not go together, with where they are explained. */
eckid_err_t *import_usage(const char *text, apr_pool_t *pool);

#endif
