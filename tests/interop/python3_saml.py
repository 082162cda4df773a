# SPDX-License-Identifier: GPL-3.0-or-later
"""What python3-saml asks and accepts, by its usual settings; JSON in, JSON out."""
import json
import sys
import urllib.parse

from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser


def settings_of(task):
    """The identity provider as its metadata say; the service provider's own."""
    known = OneLogin_Saml2_IdPMetadataParser.parse(task["metadata"])
    return {**known, "strict": True, "sp": {
        "entityId": task["entity"], "x509cert": task["certificate"], "privateKey": task["key"],
        "assertionConsumerService": {"url": task["consumer"]},
        "singleLogoutService": {"url": task["slo"]}}, "security": {
        "authnRequestsSigned": True, "logoutRequestSigned": True, "logoutResponseSigned": True,
        "wantAssertionsSigned": task["sign"] != "response",
        "wantMessagesSigned": task["sign"] != "assertion",
        "wantAssertionsEncrypted": task["encrypted"]}}


def main():
    task = json.load(sys.stdin)
    query = dict(urllib.parse.parse_qsl(task.get("query", "")))
    url = urllib.parse.urlsplit(task["slo"] if query else task["consumer"])
    auth = OneLogin_Saml2_Auth({
        "https": "on", "http_host": url.netloc, "script_name": url.path, "get_data": query,
        "post_data": {"SAMLResponse": task.get("response")}}, settings_of(task))
    if "logout" in task:
        answer = {"url": auth.logout("state", **task["logout"]), "id": auth.get_last_request_id()}
    elif query:
        answer = {"url": auth.process_slo(request_id=task.get("id")), "errors": auth.get_errors(),
                  "reason": auth.get_last_error_reason()}
    elif "response" not in task:
        answer = {"url": auth.login("state"), "id": auth.get_last_request_id()}
    else:
        auth.process_response(task["id"])
        answer = {"errors": auth.get_errors(), "reason": auth.get_last_error_reason(),
                  "attributes": auth.get_attributes(), "name": auth.get_nameid(),
                  "session": {
                      "name_id": auth.get_nameid(), "session_index": auth.get_session_index(),
                      "nq": auth.get_nameid_nq(), "spnq": auth.get_nameid_spnq(),
                      "name_id_format": auth.get_nameid_format()}}
    json.dump(answer, sys.stdout)


main()
