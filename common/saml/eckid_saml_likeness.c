/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is often in the place of SAML metadata. */
#include "saml/eckid_saml_likeness.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <strings.h>

/* How each begins, in small letters and capitals alike. */
static const struct {
    const char *beginning, *what, *hint;
} likenesses[] = {
    {"<!doctype html", "is a web page",
     "that path, or that Host, has another page at the identity provider; look at it by curl -i, "
     "from this machine"},
    {"<html", "is a web page",
     "that path, or that Host, has another page at the identity provider; look at it by curl -i, "
     "from this machine"},
    {"<?php", "is PHP",
     "SimpleSAMLphp keeps metadata in PHP for itself; what is meant here is the XML that it serves "
     "at saml2/idp/metadata.php"},
    {"-----begin ", "is PEM", "a certificate is not enough; fetch the metadata"},
    {"{", "is JSON", "an OpenID provider is not named here, but by EckidProvider"},
};

static eckid_bytes_t without_space(eckid_bytes_t text)
{
    while (text.len && apr_isspace(*text.data)) {
        text = eckid_bytes(text.data + 1, text.len - 1);
    }
    return text;
}

eckid_err_t *eckid_saml_likeness(const char *place, eckid_bytes_t text, apr_pool_t *pool)
{
    text = without_space(text);
    if (!text.len) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_METADATA, "%s is empty", place),
            "fetch the metadata again, by curl -f, which tells why it gets nothing");
    }
    for (unsigned i = 0; i < sizeof(likenesses) / sizeof(*likenesses); i++) {
        apr_size_t len = strlen(likenesses[i].beginning);

        if (text.len >= len && strncasecmp(text.data, likenesses[i].beginning, len) == 0) {
            return eckid_err_advise(
                eckid_err_make(pool, ECKID_METADATA, "%s %s", place, likenesses[i].what),
                likenesses[i].hint);
        }
    }
    return NULL;
}
