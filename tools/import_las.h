/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches Edu-V's list of everybody of a school from the LAS, by the same signed channel as
 * lookups. */
#ifndef IMPORT_LAS_H
#define IMPORT_LAS_H

#include <getopt.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "model/eckid_school.h"

/* As EckidLas, EckidLasKey and EckidLasToken have it; NULL where there is no such option. */
typedef struct las_options_t {
    const char *base, *ca, *certificate, *certificate_key;
    const char *key, *keyid;
    const char *token, *client_id, *scope;
    bool is_unsigned;
} las_options_t;

/* For the options of getopt_long; their letters are digits. */
#define LAS_OPTIONS                                                                                \
    {"las", required_argument, NULL, '0'}, {"las-key", required_argument, NULL, '1'},              \
        {"keyid", required_argument, NULL, '2'}, {"las-ca", required_argument, NULL, '3'},         \
        {"las-token", required_argument, NULL, '4'}, {"client-id", required_argument, NULL, '5'},  \
        {"scope", required_argument, NULL, '6'}, {"unsigned", no_argument, NULL, '7'},             \
        {"las-certificate", required_argument, NULL, '8'},                                         \
    {                                                                                              \
        "las-certificate-key", required_argument, NULL, '9'                                        \
    }

/* What usage says of them. */
#define LAS_USAGE                                                                                  \
    "  --las URL         instead of FILE: the base URL of an Edu-V LAS, as in EckidLas; it is\n"   \
    "                    asked for everybody of --kind at the school\n"                            \
    "  --las-key FILE, --keyid NAME          as in EckidLasKey\n"                                  \
    "  --las-token URL, --client-id ID, --scope SCOPE   as in EckidLasToken, by that key\n"        \
    "  --unsigned        as EckidLasSignature off\n"                                               \
    "  --las-ca FILE, --las-certificate FILE, --las-certificate-key FILE   as in EckidLas\n"

/* Takes an option by its letter; false if it is none of these. */
bool import_las_option(las_options_t *options, int letter, const char *argument);

/* Fetches GET {base}/students/school, or /employees/school. The errors of eckid_las_ask; ECKID_FILE
 * and ECKID_KEY for files; ECKID_CONFIG if an option is missing. */
eckid_err_t *import_las_fetch(eckid_bytes_t *list, const las_options_t *options,
                              const eckid_school_t *school, const char *kind, apr_pool_t *pool);

#endif
