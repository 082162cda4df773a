/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page about a refused login, as the school wants it to look. */
#include "conf/mod_eckid_refusal.h"

eckid_refusal_look_t mod_eckid_refusal_look(const mod_eckid_dir_t *dir)
{
    eckid_refusal_look_t look = {.school = NULL};

    if (dir->page) {
        look = *dir->page;
    }
    look.helpdesk = dir->helpdesk;
    return look;
}

eckid_bytes_t mod_eckid_refusal(const request_rec *r, const mod_eckid_dir_t *dir,
                                const eckid_decision_t *decision, const eckid_moment_t *moment)
{
    const eckid_refusal_look_t look = mod_eckid_refusal_look(dir);

    return eckid_refusal_page(decision->status, decision->known.outcome, decision->known.kind,
                              apr_table_get(r->headers_in, "Accept-Language"), &look,
                              eckid_moment_reference(moment, r->pool), r->pool);
}
