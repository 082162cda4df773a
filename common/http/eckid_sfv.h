/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structured fields (RFC 9651): parses and serializes a dictionary, strictly and within bounds. */
#ifndef ECKID_SFV_H
#define ECKID_SFV_H

#include <apr_tables.h>

#include "base/eckid_codec.h"

/* RFC 9651 section 3.3, without the two types that it added, Date and Display String. */
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
    apr_int64_t integer; /* of an integer; of a boolean 0 or 1 */
    eckid_bytes_t bytes; /* of a string (unescaped), a token or a byte sequence */
    const char *text;    /* serialized by section 4.1, whatever the spelling in the input */
} eckid_sfv_value_t;

/* Section 3.1.2. */
typedef struct eckid_sfv_param_t {
    const char *key;
    eckid_sfv_value_t value;
} eckid_sfv_param_t;

/* An item or an inner list, with its parameters (sections 3.3 and 3.1.1). */
typedef struct eckid_sfv_item_t {
    apr_array_header_t *list;   /* eckid_sfv_item_t, none of them a list; NULL for an item */
    eckid_sfv_value_t value;    /* of an item */
    apr_array_header_t *params; /* eckid_sfv_param_t */
    const char *text;           /* all of it with parameters, serialized by section 4.1 */
} eckid_sfv_item_t;

/* Section 3.2. */
typedef struct eckid_sfv_member_t {
    const char *key;
    eckid_sfv_item_t item;
} eckid_sfv_member_t;

/*
 * Parses a dictionary into its members in order (eckid_sfv_member_t). False for what section 4.2
 * rejects, and also for ambiguous or long input: a duplicate key of a member or parameter, base64
 * that is not in canonical form, more than 16,384 bytes, or more than 64 members, items or
 * parameters in one place.
 */
bool eckid_sfv_dictionary(apr_array_header_t **members, const char *field, apr_pool_t *pool);

/* The item with that key, or NULL. */
const eckid_sfv_item_t *eckid_sfv_find(const apr_array_header_t *members, const char *key);

/* The value of a parameter, or NULL. */
const eckid_sfv_value_t *eckid_sfv_param(const eckid_sfv_item_t *item, const char *key);

#endif
