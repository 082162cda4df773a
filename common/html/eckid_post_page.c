/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our own pages have in common whose form sends itself: its fields and the script. */
#include "html/eckid_post_page.h"
#include "base/eckid_codec.h"

#include <apr_strings.h>

const char *eckid_post_page_field(const char *name, const char *value, apr_pool_t *pool)
{
    return value ? apr_pstrcat(pool, "<input type=\"hidden\" name=\"", name, "\" value=\"",
                               eckid_codec_html(value, pool), "\">\n", NULL)
                 : "";
}
