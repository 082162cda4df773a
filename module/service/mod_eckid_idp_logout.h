/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single logout at our own identity provider, as httpd serves it. */
#ifndef MOD_ECKID_IDP_LOGOUT_H
#define MOD_ECKID_IDP_LOGOUT_H

#include "service/mod_eckid_idp_serving.h"

/* The endpoints ECKID_BRIDGE_SLO and ECKID_BRIDGE_LOGOUT. They are there with EckidIdpLogout. */
int mod_eckid_idp_logout_message(const mod_eckid_serving_t *serving);
int mod_eckid_idp_logout_page(const mod_eckid_serving_t *serving);

/* Whether it is the end of a logout that comes to ECKID_BRIDGE_PASSIVE, and what is done then. */
bool mod_eckid_idp_logout_is_over(const mod_eckid_serving_t *serving);
int mod_eckid_idp_logout_over(const mod_eckid_serving_t *serving);

#endif
