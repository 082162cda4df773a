/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about metadata: the identity provider's and the suppliers'. */
#include "directive/mod_eckid_metadata.h"

#include "conf/mod_eckid_expiry.h"
#include "conf/mod_eckid_log.h"
#include "decision/eckid_policy.h"
#include "directive/mod_eckid_directive.h"
#include "directive/mod_eckid_supplier.h"
#include "saml/eckid_metadata.h"

/* Where news about the metadata of a line go. */
typedef struct line_t {
    server_rec *server;
    const ap_directive_t *directive;
} line_t;

/* For eckid_metadata. */
static void on_news(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *pool)
{
    const line_t *line = self;

    mod_eckid_log_metadata(line->server, eckid_metadata_place(metadata), err, pool);
    if (expiries) {
        mod_eckid_expiry_warn_of(expiries, line->directive, line->server, pool);
    }
}

static eckid_metadata_listener_t listener_of(const cmd_parms *cmd)
{
    line_t *line = apr_palloc(cmd->pool, sizeof(*line));

    *line = (line_t){cmd->server, cmd->directive};
    return (eckid_metadata_listener_t){on_news, line};
}

const char *mod_eckid_metadata_idp(cmd_parms *cmd, void *conf, const char *file,
                                   const char *entity_id)
{
    const eckid_metadata_listener_t listener = listener_of(cmd);
    mod_eckid_dir_t *dir = conf;

    CHECK_LINE();
    CHECK_ONCE(dir);
    TRY(eckid_metadata_make(&dir->metadata, mod_eckid_path(cmd, file), entity_id, &listener,
                            cmd->pool));
    mod_eckid_note_source(dir->metadata, cmd->directive);
    mod_eckid_expiry_add_metadata(dir->metadata, cmd->directive);
    return NULL;
}

const char *mod_eckid_metadata_supplier(cmd_parms *cmd, void *conf, const char *file)
{
    eckid_supplier_t *supplier;
    const char *outside = mod_eckid_get_supplier(&supplier, cmd, conf);

    for (int i = 0; !outside && i < supplier->entity_ids->nelts; i++) {
        eckid_saml_metadata_sp_t *sp;

        TRY(eckid_saml_metadata_sp(&sp, mod_eckid_path(cmd, file),
                                   APR_ARRAY_IDX(supplier->entity_ids, i, const char *),
                                   cmd->pool));
        apr_array_cat(supplier->consumers, sp->consumers);
        APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
            (eckid_described_t){APR_ARRAY_IDX(supplier->entity_ids, i, const char *),
                                sp->encryption, sp->why_not, sp->text};
        mod_eckid_expiry_add(&sp->expiry, cmd->directive);
    }
    return outside;
}
