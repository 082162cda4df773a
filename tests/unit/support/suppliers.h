/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy for tests: books.example, to which maker's responses go, and exercises.example. */
#ifndef SUPPLIERS_H
#define SUPPLIERS_H

#include "decision/eckid_policy.h"

/* Suppliers with release "uid", attribute eckId; the first one may be changed by tests. */
eckid_policy_t *two_suppliers(void);
eckid_supplier_t *first_supplier(const eckid_policy_t *policy);

#endif
