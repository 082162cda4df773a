/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names that SetHandler takes of us. */
#ifndef MOD_ECKID_HANDLER_H
#define MOD_ECKID_HANDLER_H

#include <httpd.h>
#include <stdbool.h>

#define MOD_ECKID_STATUS "eckid-status"
#define MOD_ECKID_DESK "eckid-desk"
#define MOD_ECKID_SCIM "eckid-scim"
#define MOD_ECKID_LAS_KEYS "eckid-las-keys"
#define MOD_ECKID_IDP "eckid-idp"
#define MOD_ECKID_SUPPLIER_METADATA "eckid-supplier-metadata"

/* Whether that one is to answer the request. */
bool mod_eckid_handler_is(const request_rec *r, const char *name);

/* The handler that the arguments of a line SetHandler name, in lower case, as httpd takes it. */
const char *mod_eckid_handler_named(const char *arguments, apr_pool_t *pool);

#endif
