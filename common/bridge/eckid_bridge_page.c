/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page by which a browser takes a message to a supplier (bindings section 3.5). */
#include "bridge/eckid_bridge_page.h"
#include "html/eckid_post_page.h"
#include "decision/eckid_refusal_page.h"

#include <apr_strings.h>

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
        eckid_post_page_field(post->name, eckid_codec_base64(post->xml, pool).data, pool),
        eckid_post_page_field("RelayState", post->relay_state, pool), "<noscript><button>",
        is_english ? "Continue" : "Verder",
        "</button></noscript>\n</form>\n" ECKID_POST_PAGE_SCRIPT "</body>\n</html>\n", NULL));
}
