/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches everybody of a school from the LAS by the web service of UWLR. */
#ifndef IMPORT_UWLR_H
#define IMPORT_UWLR_H

#include "import_channel.h"
#include "provision/eckid_bulk.h"

typedef struct uwlr_options_t {
    const char *url;
    const char *key_file; /* has the autorisatiesleutel */
    const char *klantcode, *klantnaam, *xsdversie, *gegevenssetid;
} uwlr_options_t;

#define UWLR_DEFAULTS ((uwlr_options_t){.xsdversie = "2.3"})

/* For the options of getopt_long. */
enum { UWLR_URL = 340, UWLR_KEY, UWLR_CODE, UWLR_NAME, UWLR_VERSION, UWLR_SET };

#define UWLR_OPTIONS                                                                               \
    {"uwlr", required_argument, NULL, UWLR_URL},                                                   \
        {"autorisatiesleutel", required_argument, NULL, UWLR_KEY},                                 \
        {"klantcode", required_argument, NULL, UWLR_CODE},                                         \
        {"klantnaam", required_argument, NULL, UWLR_NAME},                                         \
        {"xsdversie", required_argument, NULL, UWLR_VERSION},                                      \
    {                                                                                              \
        "gegevenssetid", required_argument, NULL, UWLR_SET                                         \
    }

/* What usage says of them. */
#define UWLR_USAGE                                                                                 \
    "  --uwlr URL        instead of FILE: the web service of UWLR at the LAS, which is asked\n"    \
    "                    for everybody of the school by HaalLeerlinggegevens\n"                    \
    "  --autorisatiesleutel FILE, --klantcode CODE, --klantnaam NAME\n"                            \
    "                    what the LAS knows us by; the key stands in a file\n"                     \
    "  --xsdversie VERSION, --gegevenssetid ID   what it is asked for (2.3)\n"

/* Takes an option by its letter; false if it is none of these. */
bool import_uwlr_option(uwlr_options_t *options, int letter, const char *argument);

/* A question that is ready to be asked. */
typedef struct uwlr_call_t {
    eckid_http_request_t request;
    import_channel_t channel;
} uwlr_call_t;

/* Reads the files, with all rights that there are, and writes the question about the expected
 * school and year. ECKID_FILE; ECKID_CONFIG for an option that is missing or wrong. */
eckid_err_t *import_uwlr_prepare(uwlr_call_t *call, const uwlr_options_t *options,
                                 const channel_options_t *channel_options,
                                 const eckid_bulk_expected_t *expected, apr_pool_t *pool);

/*
 * Fetches leerlinggegevens_antwoord, in its envelope. To be called without the rights of root: what
 * comes is parsed. The errors of import_channel_fetch; ECKID_LAS_REFUSED for another status than
 * 200, with the SOAP fault if there is one in its first MiB; ECKID_LAS_SHAPE if it is not XML.
 */
eckid_err_t *import_uwlr_fetch(eckid_spool_t **spool, uwlr_call_t *call, apr_pool_t *pool);

#endif
