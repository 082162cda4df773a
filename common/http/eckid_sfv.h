/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structured fields: a dictionary read strictly and within bounds, and as it is printed. */
#ifndef ECKID_SFV_H
#define ECKID_SFV_H

#include <apr_tables.h>

#include "base/eckid_codec.h"

/* RFC 9651 section 3.3, without its two newest types, Date and Display String. */
typedef enum eckid_sfv_type_t {
    ECKID_SFV_INTEGER,
    ECKID_SFV_DECIMAL,
    ECKID_SFV_STRING,
    ECKID_SFV_TOKEN,
    ECKID_SFV_BYTES,
    ECKID_SFV_BOOLEAN
} eckid_sfv_type_t;

typedef struct eckid_sfv_value_t {
    eckid_sfv_type_t type;
    apr_int64_t integer; /* of an integer; of a boolean, 0 or 1 */
    eckid_bytes_t bytes; /* of a string, without its escapes, a token or a byte sequence */
    const char *text;    /* as section 4.1 prints it, whatever spelling it was read from */
} eckid_sfv_value_t;

/* Section 3.1.2. */
typedef struct eckid_sfv_param_t {
    const char *key;
    eckid_sfv_value_t value;
} eckid_sfv_param_t;

/* An item, or an inner list, with its parameters (sections 3.3 and 3.1.1). */
typedef struct eckid_sfv_item_t {
    apr_array_header_t *list;   /* of eckid_sfv_item_t, none of them a list; NULL in an item */
    eckid_sfv_value_t value;    /* of an item */
    apr_array_header_t *params; /* of eckid_sfv_param_t */
    const char *text;           /* all of it, parameters too, as section 4.1 prints it */
} eckid_sfv_item_t;

/* Section 3.2. */
typedef struct eckid_sfv_member_t {
    const char *key;
    eckid_sfv_item_t item;
} eckid_sfv_member_t;

/*
 * The members of a dictionary, eckid_sfv_member_t in their order. False for what section 4.2 does
 * not allow and, beyond it, for what could be read in two ways or is long: a key that comes twice
 * (of members or of parameters), base64 with another spelling than the one it is printed in, more
 * than 16,384 octets, more than 64 members, items or parameters in one place.
 */
bool eckid_sfv_dictionary(apr_array_header_t **members, const char *field, apr_pool_t *pool);

/* The item of that key, or NULL. */
const eckid_sfv_item_t *eckid_sfv_find(const apr_array_header_t *members, const char *key);

/* The value of a parameter, or NULL. */
const eckid_sfv_value_t *eckid_sfv_param(const eckid_sfv_item_t *item, const char *key);

#endif
