/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page by which a browser takes a message to a supplier (bindings section 3.5). */
#include "bridge/eckid_bridge_page.h"
#include "decision/eckid_refusal_page.h"

#include <apr_strings.h>

static const char *hidden(const char *name, const char *value, apr_pool_t *pool)
{
    return value ? apr_pstrcat(pool, "<input type=\"hidden\" name=\"", name, "\" value=\"",
                               eckid_codec_html(value, pool), "\">\n", NULL)
                 : "";
}

eckid_bytes_t eckid_bridge_page(const eckid_bridge_post_t *post, const char *accept_language,
                                apr_pool_t *pool)
{
    bool is_english = eckid_refusal_page_is_english(accept_language);

    return eckid_bytes_str(apr_pstrcat(
        pool, "<!DOCTYPE html>\n<html lang=\"", is_english ? "en" : "nl",
        "\">\n<head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
        is_english ? "One moment" : "Een ogenblik",
        "</title></head>\n<body>\n<form method=\"post\" action=\"",
        eckid_codec_html(post->action, pool), "\">\n",
        hidden(post->name, eckid_codec_base64(post->xml, pool).data, pool),
        hidden("RelayState", post->relay_state, pool), "<noscript><button>",
        is_english ? "Continue" : "Verder",
        "</button></noscript>\n</form>\n<script>document.forms[0].submit()</script>\n</body>\n"
        "</html>\n",
        NULL));
}
