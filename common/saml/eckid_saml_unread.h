/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a message that cannot be read: it is refused only if it may be a supplier's. */
#ifndef ECKID_SAML_UNREAD_H
#define ECKID_SAML_UNREAD_H

#include "decision/eckid_policy.h"

/* Where messages are found, and what may tell their recipient although they cannot be read. One
 * context serves one body, or one redirect. */
typedef struct eckid_saml_context_t {
    const eckid_policy_t *policy;
    eckid_bytes_t bytes; /* the whole body, or the URL */
    const char *request; /* the URL that was requested; or NULL */
    /* What was seen so far; begins as zero. */
    apr_size_t inflated;    /* bytes of messages in URLs */
    bool searched;          /* whether the bytes and the request were searched for names */
    const char *named;      /* a name of a supplier that stands in them; or NULL */
    bool cut;               /* whether they inflate to more than is searched */
    bool has_entities;      /* whether they declare an XML entity, which can stand for any name */
    const eckid_err_t *why; /* why a message that may pass could not be read; or NULL */
} eckid_saml_context_t;

/*
 * Decides about a message that cannot be read, as err says. NULL if it may pass. Otherwise the same
 * error with the reason added:
 * - A configured name (an entity ID, or the host of a consumer URL) stands in the bytes or in the
 *   request: as plain text, behind character references or percent-encoding, in base64, deflated or
 *   not, in any of these also as UTF-16 or UTF-32. Or action has the host of a consumer URL.
 * - All that is deflated in the bytes and the request is too much to be searched.
 * - The message declares XML entities, and action, the URL it is sent to, is NULL or relative: then
 *   nothing tells the recipient.
 */
eckid_err_t *eckid_saml_unread(const eckid_err_t *err, eckid_saml_context_t *context,
                               const char *action, apr_pool_t *pool);

#endif
