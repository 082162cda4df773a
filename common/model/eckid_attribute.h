/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name of an attribute in a login. */
#ifndef ECKID_ATTRIBUTE_H
#define ECKID_ATTRIBUTE_H

typedef struct eckid_attribute_t {
    const char *name;
    const char *format;   /* SAML core section 8.2: a NameFormat URI */
    const char *friendly; /* or NULL */
} eckid_attribute_t;

#endif
