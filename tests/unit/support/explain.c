/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_explain.h"
#include "support/explain.h"
#include "support/maker.h"

/* For eckid_explain: a line that shows what was asked for. */
static bool find_line(const void *self, eckid_explain_line_t *line,
                      const eckid_supplier_t *supplier, const char *directive, const char *word,
                      apr_pool_t *p)
{
    (void)self, (void)supplier;
    line->place = apr_pstrcat(p, directive, " ", word ? word : "", NULL);
    line->text = directive;
    return true;
}

eckid_err_t *explain_body(const char **told, const web_scene_t *scene, const char *body)
{
    static const eckid_explain_lines_t lines = {find_line, NULL};
    eckid_explain_request_t request;
    const eckid_moment_t *moment = maker_moment();
    json_t *logins = eckid_json_own(json_array(), pool);

    ECKID_ERR(eckid_explain_read(&request, str(body), pool));
    ECKID_ERR(eckid_explain(logins, &request, &scene->gateway, &lines, moment, pool));
    *told = eckid_json_print(logins, pool).data;
    return NULL;
}
