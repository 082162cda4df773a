/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves the metadata of suppliers that the identity provider gets. */
#ifndef MOD_ECKID_SUPPLIER_METADATA_H
#define MOD_ECKID_SUPPLIER_METADATA_H

#include <httpd.h>

/* The handler "eckid-supplier-metadata": the metadata of the supplier that the parameter entityID
 * names, with our first EckidDecryptionKey in it, see eckid_saml_supplier.h. */
int mod_eckid_supplier_metadata_handler(request_rec *r);

#endif
