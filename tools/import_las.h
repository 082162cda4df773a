/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches Edu-V's list of everybody of a school from the LAS, by the same signed channel as
 * lookups. */
#ifndef IMPORT_LAS_H
#define IMPORT_LAS_H

#include "import_channel.h"
#include "crypto/eckid_key.h"
#include "model/eckid_school.h"

/* As EckidLas, EckidLasKey and EckidLasToken have it; NULL where there is no such option. */
typedef struct las_options_t {
    const char *base;
    const char *key, *keyid;
    const char *token, *client_id, *scope;
    bool is_unsigned;
} las_options_t;

/* For the options of getopt_long. */
enum { LAS_BASE = 320, LAS_KEY, LAS_KEYID, LAS_TOKEN, LAS_CLIENT, LAS_SCOPE, LAS_UNSIGNED };

#define LAS_OPTIONS                                                                                \
    {"las", required_argument, NULL, LAS_BASE}, {"las-key", required_argument, NULL, LAS_KEY},     \
        {"keyid", required_argument, NULL, LAS_KEYID},                                             \
        {"las-token", required_argument, NULL, LAS_TOKEN},                                         \
        {"client-id", required_argument, NULL, LAS_CLIENT},                                        \
        {"scope", required_argument, NULL, LAS_SCOPE},                                             \
    {                                                                                              \
        "unsigned", no_argument, NULL, LAS_UNSIGNED                                                \
    }

/* What usage says of them. */
#define LAS_USAGE                                                                                  \
    "  --las URL         instead of FILE: the base URL of an Edu-V LAS, as in EckidLas; it is\n"   \
    "                    asked for everybody of --kind at the school\n"                            \
    "  --las-key FILE, --keyid NAME          as in EckidLasKey\n"                                  \
    "  --las-token URL, --client-id ID, --scope SCOPE   as in EckidLasToken, by that key\n"        \
    "  --unsigned        as EckidLasSignature off\n"

/* Takes an option by its letter; false if it is none of these. */
bool import_las_option(las_options_t *options, int letter, const char *argument);

/* A call that is ready to be made. */
typedef struct las_call_t {
    const las_options_t *options;
    const char *url;
    eckid_key_t *key;
    import_channel_t channel, tokens; /* the second one to the token endpoint */
} las_call_t;

/* Reads the files, with all rights that there are. ECKID_FILE and ECKID_KEY for files; ECKID_CONFIG
 * if an option is missing. */
eckid_err_t *import_las_prepare(las_call_t *call, const las_options_t *options,
                                const channel_options_t *channel_options,
                                const eckid_school_t *school, const char *kind, apr_pool_t *pool);

/* Fetches GET {base}/students/school, or /employees/school. The errors of import_channel_fetch, and
 * of eckid_contract_check_head and eckid_client_credentials_get. */
eckid_err_t *import_las_fetch(eckid_spool_t **spool, const las_call_t *call, apr_pool_t *pool);

#endif
