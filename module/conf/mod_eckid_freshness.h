/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is fetched while the server runs, and when that was done last, by whichever child. */
#ifndef MOD_ECKID_FRESHNESS_H
#define MOD_ECKID_FRESHNESS_H

#include "base/eckid_freshness.h"
#include "conf/mod_eckid_config.h"

/* Metadata or a provider, of which the other is NULL; both are for the directory. */
typedef struct mod_eckid_watched_t {
    const char *kind; /* "idp-metadata", "supplier-metadata", "provider" or "directory" */
    const char *name; /* the file, URL or issuer; "postgresql" */
    eckid_metadata_t *metadata;
    eckid_provider_t *provider;
    eckid_freshness_t *freshness; /* set in post_config */
} mod_eckid_watched_t;

/* For the directives that configure them. The name is copied. */
void mod_eckid_freshness_add_metadata(const char *kind, eckid_metadata_t *metadata);
void mod_eckid_freshness_add_provider(eckid_provider_t *provider);
void mod_eckid_freshness_add_directory(const char *name);

/* Has them noted in that memory, which is zero and has room for all that were added. */
void mod_eckid_freshness_share(eckid_freshness_t *memory);

#endif
