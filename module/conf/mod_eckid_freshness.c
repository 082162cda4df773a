/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is fetched while the server runs, and when that was done last, by whichever child. */
#include "conf/mod_eckid_freshness.h"

#include <apr_strings.h>

#include "oidc/eckid_provider.h"
#include "saml/eckid_metadata.h"

static void add(const mod_eckid_watched_t *watched)
{
    apr_array_header_t *all = mod_eckid_process()->watched;
    mod_eckid_watched_t *one = apr_array_push(all);

    *one = *watched;
    one->name = apr_pstrdup(all->pool, watched->name);
}

void mod_eckid_freshness_add_metadata(const char *kind, eckid_metadata_t *metadata)
{
    const mod_eckid_watched_t watched = {
        .kind = kind, .name = eckid_metadata_place(metadata), .metadata = metadata};

    add(&watched);
}

void mod_eckid_freshness_add_provider(eckid_provider_t *provider)
{
    const mod_eckid_watched_t watched = {
        .kind = "provider", .name = eckid_provider_issuer(provider), .provider = provider};

    add(&watched);
}

void mod_eckid_freshness_add_directory(const char *name)
{
    const mod_eckid_watched_t watched = {.kind = "directory", .name = name};

    add(&watched);
}

void mod_eckid_freshness_share(eckid_freshness_t *memory)
{
    apr_array_header_t *all = mod_eckid_process()->watched;

    for (int i = 0; i < all->nelts; i++) {
        mod_eckid_watched_t *watched = &APR_ARRAY_IDX(all, i, mod_eckid_watched_t);

        watched->freshness = &memory[i];
        if (watched->metadata) {
            eckid_metadata_share(watched->metadata, &memory[i]);
        }
        if (watched->provider) {
            eckid_provider_share(watched->provider, &memory[i]);
        }
    }
}
