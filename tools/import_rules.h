/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options --key of eckid-import: how keys are made of what a file has. */
#ifndef IMPORT_RULES_H
#define IMPORT_RULES_H

#include "provision/eckid_bulk.h"

/* Rules (eckid_bulk_rule_t) of texts such as "student:gebruikersnaam ^(.*)$ $1 NEPRI" (const char
 * *); the default one if there are none. Exits with status 2 if one is wrong. */
apr_array_header_t *import_rules(const apr_array_header_t *texts, apr_pool_t *pool);

/* The fields that the rules need: const char *. */
apr_array_header_t *import_rules_fields(const apr_array_header_t *rules, apr_pool_t *pool);

/* All of it in one text, which differs if a rule does. */
const char *import_rules_text(const apr_array_header_t *texts, apr_pool_t *pool);

#endif
