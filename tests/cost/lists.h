/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists that input can hold, each by the place where it stands: see cost.c. */
#define UNREADABLE "<input name=SAMLResponse value='*'>"

#define EXPLAIN                                                                                    \
    "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{"                                  \
    "\"number\":\"95312\",\"role\":\"student\","

/* What servers send, and senders of floods repeat, at one place. */
#define ANYTHING(place, at, from, to)                                                              \
    {.where = &(place), .name = at " eyJ", .before = (from), .element = "eyJ", .after = (to)},     \
        {.where = &(place),                                                                        \
         .name = at " eyJ.",                                                                       \
         .before = (from),                                                                         \
         .element = "eyJ.",                                                                        \
         .after = (to)},                                                                           \
        {.where = &(place), .name = at " &", .before = (from), .element = "&", .after = (to)},     \
        {.where = &(place), .name = at " %25", .before = (from), .element = "%25", .after = (to)}, \
        {.where = &(place), .name = at " #", .before = (from), .element = "#", .after = (to)},     \
        {.where = &(place), .name = at " ;", .before = (from), .element = ";", .after = (to)},     \
        {.where = &(place), .name = at " =", .before = (from), .element = "=", .after = (to)},     \
        {.where = &(place), .name = at " {", .before = (from), .element = "{", .after = (to)},     \
        {.where = &(place),                                                                        \
         .name = at " quotes",                                                                     \
         .before = (from),                                                                         \
         .element = "\\\"",                                                                        \
         .after = (to)},                                                                           \
        {.where = &(place),                                                                        \
         .name = at " base64",                                                                     \
         .before = (from),                                                                         \
         .element = "QUJD",                                                                        \
         .after = (to)},                                                                           \
    {                                                                                              \
        .where = &(place), .name = at " dots", .before = (from), .element = ".", .after = (to)     \
    }

#define LOGOUT                                                                                     \
    "<p:LogoutRequest xmlns:p='" ECKID_NS_SAMLP "' xmlns:a='" ECKID_NS_SAML "' ID='_r' "           \
    "Version='2.0' IssueInstant='2026-08-31T08:30:00Z'><a:Issuer>x</a:Issuer>"
#define LOGOUT_END "</p:LogoutRequest>"

static const list_t lists[] = {
    /* a login's own lists */
    {.where = &in_attributes, .name = "attributes", .element = "<saml:Attribute Name='n@'/>"},
    {.where = &in_attributes,
     .name = "attributes with a value",
     .element = "<saml:Attribute "
                "Name='n@'><saml:AttributeValue>v@</saml:AttributeValue></saml:Attribute>"},
    {.where = &in_attributes,
     .name = "attributes of one name",
     .element = "<saml:Attribute Name='n1'><saml:AttributeValue/></saml:Attribute>"},
    {.where = &in_attributes,
     .name = "attributes named as ours",
     .element = "<saml:Attribute Name='eckId'/>"},
    {.where = &in_attributes,
     .name = "values",
     .before = "<saml:Attribute Name='uid'>",
     .element = "<saml:AttributeValue>@</saml:AttributeValue>",
     .after = "</saml:Attribute>"},
    {.where = &in_attributes,
     .name = "values of the key",
     .before = "<saml:Attribute Name='employeeNumber'>",
     .element = "<saml:AttributeValue>@</saml:AttributeValue>",
     .after = "</saml:Attribute>"},
    {.where = &in_attributes,
     .name = "values of the condition",
     .before = "<saml:Attribute Name='eduPersonAffiliation'>",
     .element = "<saml:AttributeValue>@</saml:AttributeValue>",
     .after = "</saml:Attribute>"},
    {.where = &in_attributes,
     .name = "comments in a value",
     .before = "<saml:Attribute Name='uid'><saml:AttributeValue>",
     .element = "a<!---->",
     .after = "</saml:AttributeValue></saml:Attribute>"},
    {.where = &in_attributes,
     .name = "CDATA in a value",
     .before = "<saml:Attribute Name='uid'><saml:AttributeValue>",
     .element = "<![CDATA[a]]>",
     .after = "</saml:AttributeValue></saml:Attribute>"},
    {.where = &in_attributes,
     .name = "character references",
     .before = "<saml:Attribute Name='uid'><saml:AttributeValue>",
     .element = "&#97;",
     .after = "</saml:AttributeValue></saml:Attribute>"},
    {.where = &in_assertion_extra,
     .name = "statements",
     .element = "<saml:AttributeStatement><saml:Attribute Name='n@'/></saml:AttributeStatement>"},
    {.where = &in_assertion_extra,
     .name = "empty statements",
     .element = "<saml:AttributeStatement/>"},
    {.where = &in_advice, .name = "namespaces", .element = "<x:a xmlns:x='urn:@'/>"},
    {.where = &in_advice,
     .name = "namespaces around",
     .before = "<a xmlns:x='urn:x' xmlns:a='urn:a' xmlns:b='urn:b' xmlns:c='urn:c'>",
     .element = "<x:a/>",
     .after = "</a>"},
    {.where = &in_transforms,
     .name = "prefixes",
     .before = "<ds:Transform "
               "Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/><ds:Transform "
               "Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'><ec:InclusiveNamespaces "
               "xmlns:ec='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='",
     .element = "p@ ",
     .after = "'/></ds:Transform>"},
    {.where = &in_name_id, .name = "names in the NameID", .element = "a"},
    {.where = &in_name_id, .name = "comments in the NameID", .element = "a<!---->"},
    {.where = &in_subject_extra,
     .name = "confirmations",
     .element = "<saml:SubjectConfirmation Method='" MAKER_BEARER
                "'><saml:SubjectConfirmationData Recipient='https://other.example/@' "
                "NotOnOrAfter='2026-08-31T08:35:00Z'/></saml:SubjectConfirmation>"},
    {.where = &in_subject_extra,
     .name = "confirmations that hold",
     .element = "<saml:SubjectConfirmation Method='" MAKER_BEARER
                "'><saml:SubjectConfirmationData Recipient='" MAKER_CONSUMER
                "' NotOnOrAfter='2026-08-31T08:35:00Z'/></saml:SubjectConfirmation>"},
    {.where = &in_subject_extra,
     .name = "confirmations without data",
     .element = "<saml:SubjectConfirmation Method='" MAKER_BEARER "'/>"},
    {.where = &in_subject_extra,
     .name = "recipients",
     .element = "<saml:SubjectConfirmationData Recipient='@'/>"},
    {.where = &in_in_response_to, .name = "a long request ID", .element = "a"},
    {.where = &in_request_and_subject,
     .name = "a long request ID and confirmations",
     .element = "a",
     .after = "\f",
     .also = "<saml:SubjectConfirmation Method='" MAKER_BEARER
             "'><saml:SubjectConfirmationData Recipient='" MAKER_CONSUMER
             "' NotOnOrAfter='2026-08-31T08:35:00Z'/></saml:SubjectConfirmation>"},
    {.where = &in_transforms_and_advice,
     .name = "prefixes and elements",
     .before = "<ds:Transform "
               "Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/><ds:Transform "
               "Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'><ec:InclusiveNamespaces "
               "xmlns:ec='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='",
     .element = "p@ ",
     .after = "'/></ds:Transform>\f",
     .also = "<a/>"},
    {.where = &in_inclusive,
     .name = "declarations and elements",
     .before = "<a xmlns:n0='urn:0' xmlns:n1='urn:1' xmlns:n2='urn:2' xmlns:n3='urn:3' "
               "xmlns:n4='urn:4' xmlns:n5='urn:5' xmlns:n6='urn:6' xmlns:n7='urn:7' "
               "xmlns:n8='urn:8' xmlns:n9='urn:9' xmlns:n10='urn:10' xmlns:n11='urn:11' "
               "xmlns:n12='urn:12' xmlns:n13='urn:13' xmlns:n14='urn:14' xmlns:n15='urn:15' "
               "xmlns:n16='urn:16' xmlns:n17='urn:17' xmlns:n18='urn:18' xmlns:n19='urn:19' "
               "xmlns:n20='urn:20' xmlns:n21='urn:21' xmlns:n22='urn:22' xmlns:n23='urn:23' "
               "xmlns:n24='urn:24' xmlns:n25='urn:25' xmlns:n26='urn:26' xmlns:n27='urn:27' "
               "xmlns:n28='urn:28' xmlns:n29='urn:29' xmlns:n30='urn:30' xmlns:n31='urn:31' "
               "xmlns:n32='urn:32' xmlns:n33='urn:33' xmlns:n34='urn:34' xmlns:n35='urn:35' "
               "xmlns:n36='urn:36' xmlns:n37='urn:37' xmlns:n38='urn:38' xmlns:n39='urn:39' "
               "xmlns:n40='urn:40' xmlns:n41='urn:41' xmlns:n42='urn:42' xmlns:n43='urn:43' "
               "xmlns:n44='urn:44' xmlns:n45='urn:45' xmlns:n46='urn:46' xmlns:n47='urn:47' "
               "xmlns:n48='urn:48' xmlns:n49='urn:49' xmlns:n50='urn:50' xmlns:n51='urn:51' "
               "xmlns:n52='urn:52' xmlns:n53='urn:53' xmlns:n54='urn:54'>",
     .element = "<a/>",
     .after = "</a>"},
    {.where = &in_advice,
     .name = "declarations and elements, exclusive",
     .before = "<a xmlns:n0='urn:0' xmlns:n1='urn:1' xmlns:n2='urn:2' xmlns:n3='urn:3' "
               "xmlns:n4='urn:4' xmlns:n5='urn:5' xmlns:n6='urn:6' xmlns:n7='urn:7' "
               "xmlns:n8='urn:8' xmlns:n9='urn:9' xmlns:n10='urn:10' xmlns:n11='urn:11' "
               "xmlns:n12='urn:12' xmlns:n13='urn:13' xmlns:n14='urn:14' xmlns:n15='urn:15' "
               "xmlns:n16='urn:16' xmlns:n17='urn:17' xmlns:n18='urn:18' xmlns:n19='urn:19' "
               "xmlns:n20='urn:20' xmlns:n21='urn:21' xmlns:n22='urn:22' xmlns:n23='urn:23' "
               "xmlns:n24='urn:24' xmlns:n25='urn:25' xmlns:n26='urn:26' xmlns:n27='urn:27' "
               "xmlns:n28='urn:28' xmlns:n29='urn:29' xmlns:n30='urn:30' xmlns:n31='urn:31' "
               "xmlns:n32='urn:32' xmlns:n33='urn:33' xmlns:n34='urn:34' xmlns:n35='urn:35' "
               "xmlns:n36='urn:36' xmlns:n37='urn:37' xmlns:n38='urn:38' xmlns:n39='urn:39' "
               "xmlns:n40='urn:40' xmlns:n41='urn:41' xmlns:n42='urn:42' xmlns:n43='urn:43' "
               "xmlns:n44='urn:44' xmlns:n45='urn:45' xmlns:n46='urn:46' xmlns:n47='urn:47' "
               "xmlns:n48='urn:48' xmlns:n49='urn:49' xmlns:n50='urn:50' xmlns:n51='urn:51' "
               "xmlns:n52='urn:52' xmlns:n53='urn:53' xmlns:n54='urn:54'>",
     .element = "<n1:a n54:b=''/>",
     .after = "</a>"},
    {.where = &in_advice,
     .name = "a long namespace and elements",
     .before = "<x:a xmlns:x='urn:x' xmlns:n='urn:",
     .element = "a",
     .after = "'>",
     .also = "<n:a/>",
     .end = "</x:a>"},
    {.where = &in_advice,
     .name = "wide elements",
     .element =
         "<a a0='' a1='' a2='' a3='' a4='' a5='' a6='' a7='' a8='' a9='' a10='' a11='' a12='' "
         "a13='' a14='' a15='' a16='' a17='' a18='' a19='' a20='' a21='' a22='' a23='' a24='' "
         "a25='' a26='' a27='' a28='' a29='' a30='' a31='' a32='' a33='' a34='' a35='' a36='' "
         "a37='' a38='' a39='' a40='' a41='' a42='' a43='' a44='' a45='' a46='' a47='' a48='' "
         "a49='' a50='' a51='' a52='' a53='' a54='' a55='' a56='' a57='' a58='' a59='' a60='' "
         "a61='' a62='' a63='' a64='' a65='' a66='' a67='' a68='' a69='' a70='' a71='' a72='' "
         "a73='' a74='' a75='' a76='' a77='' a78='' a79='' a80='' a81='' a82='' a83='' a84='' "
         "a85='' a86='' a87='' a88='' a89='' a90='' a91='' a92='' a93='' a94='' a95='' a96='' "
         "a97='' a98='' a99='' a100='' a101='' a102='' a103='' a104='' a105='' a106='' a107='' "
         "a108='' a109='' a110='' a111='' a112='' a113='' a114='' a115='' a116='' a117='' a118='' "
         "a119='' a120='' a121='' a122='' a123='' a124='' a125='' a126='' a127='' a128='' a129='' "
         "a130='' a131='' a132='' a133='' a134='' a135='' a136='' a137='' a138='' a139='' a140='' "
         "a141='' a142='' a143='' a144='' a145='' a146='' a147='' a148='' a149='' a150='' a151='' "
         "a152='' a153='' a154='' a155='' a156='' a157='' a158='' a159='' a160='' a161='' a162='' "
         "a163='' a164='' a165='' a166='' a167='' a168='' a169='' a170='' a171='' a172='' a173='' "
         "a174='' a175='' a176='' a177='' a178='' a179='' a180='' a181='' a182='' a183='' a184='' "
         "a185='' a186='' a187='' a188='' a189='' a190='' a191='' a192='' a193='' a194='' a195='' "
         "a196='' a197='' a198='' a199=''/>"},
    {.where = &in_conditions_extra,
     .name = "audiences",
     .before = "<saml:AudienceRestriction>",
     .element = "<saml:Audience>" MAKER_SUPPLIER "</saml:Audience>",
     .after = "</saml:AudienceRestriction>"},
    {.where = &in_conditions_extra,
     .name = "audiences of others",
     .before = "<saml:AudienceRestriction>",
     .element = "<saml:Audience>@</saml:Audience>",
     .after = "</saml:AudienceRestriction>"},
    {.where = &in_conditions_extra,
     .name = "restrictions",
     .element = "<saml:AudienceRestriction><saml:Audience>" MAKER_SUPPLIER
                "</saml:Audience></saml:AudienceRestriction>"},
    {.where = &in_conditions_extra, .name = "conditions", .element = "<saml:OneTimeUse/>"},
    {.where = &in_advice,
     .name = "targets",
     .element = "<a Destination='" MAKER_CONSUMER "' Recipient='" MAKER_CONSUMER "'/>"},
    {.where = &in_response_extra, .name = "targets in the open", .element = "<a Destination='@'/>"},
    {.where = &in_response_extra,
     .name = "four targets in the open",
     .element =
         "<a Destination='' Recipient='' AssertionConsumerServiceURL='' responseConsumerURL=''/>"},
    {.where = &in_advice,
     .name = "advice",
     .element = "<saml:AssertionIDRef>@</saml:AssertionIDRef>"},
    {.where = &in_advice, .name = "assertions in advice", .element = "<saml:Assertion ID='a@'/>"},
    {.where = &in_assertion_extra,
     .name = "advices",
     .element = "<saml:Advice><saml:Assertion ID='a@'/></saml:Advice>"},
    {.where = &in_response_extra, .name = "IDs", .element = "<a ID='@'/>"},
    {.where = &in_signature_extra, .name = "key infos", .element = "<ds:Object/>"},
    {.where = &in_response_start, .name = "extensions", .element = "<a/>"},
    {.where = &in_response_start, .name = "text between", .element = "<a/>t"},
    {.where = &in_response_start, .name = "issuers", .element = "<saml:Issuer>@</saml:Issuer>"},
    {.where = &in_response_extra, .name = "assertions", .element = "<saml:Assertion/>"},
    {.where = &xml_of_others,
     .name = "elements",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<a/>",
     .after = "</p:Response>"},
    {.where = &xml_of_others,
     .name = "comments",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<!---->",
     .after = "</p:Response>"},
    {.where = &xml_of_others,
     .name = "open elements",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<a>"},
    {.where = &xml_of_others,
     .name = "XML attributes",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'",
     .element = " a@=''",
     .after = "/>"},
    {.where = &xml_of_others,
     .name = "elements with XML attributes",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<a b='' c='' d='' e='' f=''/>",
     .after = "</p:Response>"},
    {.where = &xml_of_others,
     .name = "namespace declarations",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'",
     .element = " xmlns:a@='u'",
     .after = "/>"},
    {.where = &xml_of_others,
     .name = "audiences in XML",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<Audience>",
     .after = "</p:Response>"},
    {.where = &xml_of_others,
     .name = "addresses in XML",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<Address>@</Address>",
     .after = "</p:Response>"},
    {.where = &xml_of_others,
     .name = "status codes",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'><p:Status>",
     .element = "<p:StatusCode Value='@'/>",
     .after = "</p:Status></p:Response>"},
    {.where = &xml_of_others,
     .name = "instructions",
     .element = "<?a?>",
     .after = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'/>"},
    {.where = &xml_of_others,
     .name = "destinations of others",
     .before = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'>",
     .element = "<a Destination='https://canteen.example/@'/>",
     .after = "</p:Response>"},

    /* XML bodies and metadata */
    {.where = &xml_body,
     .name = "SOAP",
     .before = "<s:Envelope xmlns:s='" ECKID_NS_SOAP11 "'>",
     .element = "<a/>",
     .after = "</s:Envelope>"},
    {.where = &xml_body,
     .name = "SOAP with assertions",
     .before = "<s:Envelope xmlns:saml='" ECKID_NS_SAML "' xmlns:s='" ECKID_NS_SOAP11 "'>",
     .element = "<saml:Assertion/>",
     .after = "</s:Envelope>"},
    {.where = &metadata,
     .name = "roles",
     .before = "<EntityDescriptor xmlns='" ECKID_NS_METADATA "' entityID='" MAKER_ISSUER "'>",
     .element = "<IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'/>",
     .after = "</EntityDescriptor>"},
    {.where = &metadata,
     .name = "roles of others",
     .before = "<EntityDescriptor xmlns='" ECKID_NS_METADATA "' entityID='" MAKER_ISSUER
               "'><IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'/>",
     .element = "<SPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'/>",
     .after = "</EntityDescriptor>"},
    {.where = &metadata,
     .name = "endpoints",
     .before = "<EntityDescriptor xmlns='" ECKID_NS_METADATA "' entityID='" MAKER_ISSUER
               "'><IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
     .element =
         "<SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:SOAP' Location='@'/>",
     .after = "</IDPSSODescriptor></EntityDescriptor>"},
    {.where = &metadata,
     .name = "key descriptors",
     .before = "<EntityDescriptor xmlns='" ECKID_NS_METADATA "' entityID='" MAKER_ISSUER
               "'><IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
     .element = "<KeyDescriptor/>",
     .after = "</IDPSSODescriptor></EntityDescriptor>"},
    {.where = &metadata,
     .name = "entities",
     .before = "<EntitiesDescriptor xmlns='" ECKID_NS_METADATA "'>",
     .element = "<EntityDescriptor entityID='@'/>",
     .after = "<EntityDescriptor entityID='" MAKER_ISSUER
              "'><IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP
              "'/></EntityDescriptor></EntitiesDescriptor>"},
    {.where = &metadata,
     .name = "protocols",
     .before = "<EntityDescriptor xmlns='" ECKID_NS_METADATA "' entityID='" MAKER_ISSUER
               "'><IDPSSODescriptor protocolSupportEnumeration='",
     .element = "urn:@ ",
     .after = ECKID_NS_SAMLP "'/></EntityDescriptor>"},

    /* pages */
    {.where = &page, .name = "text", .element = "a"},
    {.where = &page, .name = "less-than signs", .element = "<"},
    {.where = &page, .name = "tags", .element = "<a>"},
    {.where = &page, .name = "end tags", .element = "</a>"},
    {.where = &page, .name = "other tags", .element = "<b>"},
    {.where = &page,
     .name = "HTML attributes",
     .before = "<input",
     .element = " a@=b",
     .after = ">"},
    {.where = &page, .name = "inputs", .element = "<input>"},
    {.where = &page, .name = "named inputs", .element = "<input name=a@>"},
    {.where = &page, .name = "fields", .element = "<input name=code>"},
    {.where = &bombs, .name = "bombs in links", .element = "a"},
    {.where = &page,
     .name = "fields of many forms",
     .element = "<form id=f@><input form=f899 name=code></form>"},
    {.where = &page,
     .name = "fields of forms",
     .element = "<form id=f@><input form=f1 name=code></form>"},
    {.where = &page, .name = "forms", .element = "<form action=/@></form>"},
    {.where = &page, .name = "login fields", .element = "<input name=SAMLResponse>"},
    {.where = &page,
     .name = "artifact fields",
     .element = "<form action=/@><input name=SAMLart value=x></form>"},
    {.where = &page, .name = "links", .element = "<a href=/@>"},
    {.where = &page, .name = "links with a response", .element = "<a href='?SAMLResponse='>"},
    {.where = &page,
     .name = "refreshes",
     .element = "<meta http-equiv=refresh content='0;url=/@'>"},
    {.where = &page, .name = "comments of pages", .element = "<!---->"},
    {.where = &page, .name = "open comments", .element = "<!-- -"},
    {.where = &page, .name = "scripts", .element = "<script></script>"},
    {.where = &page, .name = "script escapes", .element = "<script><!--<script>"},
    {.where = &page, .name = "foreign elements", .element = "<svg>"},
    {.where = &page, .name = "foreign ends", .before = "<svg>", .element = "</svg>"},
    {.where = &page, .name = "integration points", .element = "<svg><desc>"},
    {.where = &page, .name = "tags in foreign elements", .before = "<svg>", .element = "<a>"},
    {.where = &page,
     .name = "nested foreign tags",
     .before =
         "<svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><"
         "svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><"
         "svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc>",
     .element = "<a>"},
    {.where = &page,
     .name = "nested foreign ends",
     .before =
         "<svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><"
         "svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><"
         "svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc><svg><desc>",
     .element = "</a>"},
    {.where = &page,
     .name = "references in a value",
     .before = "<input name='",
     .element = "&amp;",
     .after = "'>"},
    {.where = &page,
     .name = "ampersands in a value",
     .before = "<input name='",
     .element = "&",
     .after = "'>"},
    {.where = &page,
     .name = "zeros in a reference",
     .before = "<input name='&#x",
     .element = "0",
     .after = "'>"},
    {.where = &page, .name = "quotes", .before = "<input ", .element = "\"", .after = ">"},
    {.where = &page, .name = "escaped assertions", .element = "&lt;saml:Assertion "},
    {.where = &page, .name = "assertions in pages", .element = "<saml:Assertion "},
    {.where = &page, .name = "starts of base64", .element = "Fzc2VydGlvb"},
    {.where = &page_in_base64, .name = "base64 of assertions", .element = "<saml:Assertion "},
    {.where = &page, .name = "separate base64", .element = "Fzc2VydGlvbg-"},
    {.where = &page, .name = "slow base64", .element = "&#F"},
    {.where = &page, .name = "backslashes", .before = "Q", .element = "\\"},
    {.where = &page, .name = "field names", .element = "SAMLRespons"},
    {.where = &page, .name = "NULs", .element = "SAMLResponse"},

    /* URLs */
    {.where = &location,
     .name = "parameters",
     .before = "https://canteen.example/?",
     .element = "&"},
    {.where = &location, .name = "fragments", .before = "https://canteen.example/", .element = "#"},
    {.where = &location,
     .name = "commas",
     .before = "https://canteen.example/?",
     .element = ",http"},
    {.where = &location,
     .name = "commas alone",
     .before = "https://canteen.example/?",
     .element = ","},
    {.where = &location, .name = "slashes", .before = "https://canteen.example/?", .element = "/"},
    {.where = &location, .name = "escapes", .before = "https://canteen.example/", .element = "%41"},
    {.where = &page,
     .name = "ampersands in a link",
     .before = "<a href='?SAMLart=",
     .element = "&",
     .after = "'>"},

    /* OpenID Connect */
    {.where = &oidc_page, .name = "starts of tokens", .element = "eyJ"},
    {.where = &oidc_page, .name = "starts of tokens apart", .element = "eyJ."},
    {.where = &oidc_page, .name = "starts of two parts", .element = "eyJ.a."},
    {.where = &oidc_page, .name = "tokens", .element = "eyJ.eyJ.eyJ "},
    {.where = &oidc_page, .name = "empty tokens", .element = "eyJ.. "},
    {.where = &oidc_page, .name = "one long token", .before = "eyJ.", .element = "eyJ"},
    {.where = &oidc_page, .name = "tokens of JSON", .element = "eyJhIjoxfQ.eyJhdWQiOiJ4In0.x "},
    {.where = &oidc_page,
     .name = "ampersands",
     .before = "<a href='?id_token=",
     .element = "&",
     .after = "'>"},
    {.where = &redirect,
     .name = "parameters of a redirect",
     .before = "https://canteen.example/?",
     .element = "&"},
    {.where = &redirect,
     .name = "parameters of one name",
     .before = "https://canteen.example/?",
     .element = "&id_token"},
    {.where = &redirect,
     .name = "parameters with a value",
     .before = "https://canteen.example/?",
     .element = "&a=b"},
    ANYTHING(oidc_page, "page of", "", ""),
    ANYTHING(oidc_page, "field of", "<form><input name=response value='eyJhIjoxfQ.", "'>"),
    ANYTHING(long_page, "long page of", "", ""),
    ANYTHING(redirect, "query of", "https://canteen.example/?", ""),
    ANYTHING(redirect, "fragment of", "https://canteen.example/#", ""),
    ANYTHING(redirect, "token of", "https://canteen.example/#id_token=eyJhbGciOiJSUzI1NiJ9.", ".a"),
    ANYTHING(redirect, "response of", "https://canteen.example/?response=eyJhIjoxfQ.", ".a"),
    ANYTHING(url_in_page, "link of", "https://canteen.example/?response=", ""),
    ANYTHING(grant, "grant of", "", ""),
    ANYTHING(grant, "grant with a member of", "{\"x\":\"", "\"}"),
    ANYTHING(grant, "grant with a token of", "{\"access_token\":\"", "\"}"),
    ANYTHING(userinfo, "userinfo of", "{\"sub\":\"a\",\"x\":\"", "\"}"),
    ANYTHING(form, "form of", "", ""),
    ANYTHING(form, "form with a client of", "client_id=", ""),
    {.where = &claims, .name = "claims", .element = ",\"c@\":1"},
    {.where = &claims, .name = "claims of text", .element = ",\"c@\":\"v\""},
    {.where = &grant, .name = "claims nested", .before = ",\"a\":", .element = "["},
    {.where = &grant,
     .name = "members",
     .before = "{\"access_token\":\"a\"",
     .element = ",\"c@\":1",
     .after = "}"},
    {.where = &grant,
     .name = "members of one name",
     .before = "{\"access_token\":\"a\"",
     .element = ",\"a\":1",
     .after = "}"},
    {.where = &grant,
     .name = "elements of JSON",
     .before = "{\"access_token\":[1",
     .element = ",1",
     .after = "]}"},
    {.where = &grant, .name = "brackets", .before = "{\"access_token\":", .element = "["},
    {.where = &claims,
     .name = "numbers in a claim",
     .before = ",\"number\":[1",
     .element = ",1",
     .after = "]"},
    {.where = &claims,
     .name = "roles of a student",
     .before = ",\"roles\":[\"r\"",
     .element = ",\"r@\"",
     .after = "]"},
    {.where = &claims,
     .name = "clients of a token",
     .before = ",\"aud2\":[\"books\"",
     .element = ",\"c@\"",
     .after = "]"},
    {.where = &form, .name = "parameters of a form", .element = "&"},
    {.where = &form, .name = "pairs of a form", .element = "a=b&"},
    {.where = &form, .name = "semicolons of a form", .element = ";"},
    {.where = &form, .name = "clients of a form", .element = "client_id=a&"},
    {.where = &form, .name = "escapes of a form", .element = "%41"},
    {.where = &userinfo,
     .name = "claims of userinfo",
     .before = "{\"sub\":\"a\"",
     .element = ",\"c@\":1",
     .after = "}"},
    {.where = &discovery,
     .name = "endpoints of discovery",
     .before = "{\"issuer\":\"" WEB_ISSUER "\"",
     .element = ",\"c@\":\"u\"",
     .after = "}"},
    {.where = &discovery,
     .name = "algorithms of discovery",
     .before = "{\"issuer\":\"" WEB_ISSUER "\",\"id_token_signing_alg_values_supported\":[\"a\"",
     .element = ",\"c@\"",
     .after = "]}"},
    {.where = &discovery,
     .name = "claims of discovery",
     .before = "{\"issuer\":\"" WEB_ISSUER "\",\"claims_supported\":[\"a\"",
     .element = ",\"c@\"",
     .after = "]}"},
    {.where = &jwks,
     .name = "keys of a JWKS",
     .before = "{\"keys\":[{}",
     .element = ",{\"kty\":\"oct\",\"kid\":\"@\"}",
     .after = "]}"},
    {.where = &jwks,
     .name = "empty keys of a JWKS",
     .before = "{\"keys\":[{}",
     .element = ",{}",
     .after = "]}"},

    /* commands */
    {.where = &explain_values,
     .name = "values to explain",
     .before = EXPLAIN "\"uid\":[\"\"",
     .element = ",\"\""},
    {.where = &explain_attributes,
     .name = "attributes to explain",
     .before = EXPLAIN "\"uid\":\"\"",
     .element = ",\"name-@\":\"\""},
    {.where = &compared_attributes,
     .name = "attributes to compare",
     .before = EXPLAIN "\"uid\":\"\"",
     .element = ",\"name-@\":\"\""},
    ANYTHING(captured, "captured URL of", "https://books.example/cb#id_token=", ""),
    {.where = &captured, .name = "pairs of a captured form", .element = "a=b&"},
    {.where = &captured, .name = "messages of a captured form", .element = "SAMLResponse=PA&"},
    {.where = &captured,
     .name = "escapes of a captured message",
     .before = "SAMLResponse=",
     .element = "%41"},
    {.where = &captured,
     .name = "members of a captured answer",
     .before = "{\"a\":1",
     .element = ",\"c@\":1",
     .after = "}"},
    {.where = &captured,
     .name = "brackets of a captured answer",
     .before = "{\"id_token\":",
     .element = "["},
    {.where = &captured,
     .name = "fields of a captured page",
     .element = "<form><input name=SAMLResponse value='*'></form>"},
    {.where = &captured,
     .name = "tokens of a captured page",
     .before = "<form>",
     .element = "<input name=id_token value='eyJ.@'>"},

    /* beside a message that cannot be read, the whole page is searched for names */
    {.where = &page,
     .name = "base64 beside the unreadable",
     .before = UNREADABLE,
     .element = "AAAAAAAAAAAAAAAA-"},
    {.where = &page,
     .name = "names beside the unreadable",
     .before = UNREADABLE,
     .element = "books.exampl"},
    {.where = &page,
     .name = "references beside the unreadable",
     .before = UNREADABLE,
     .element = "&amp;"},
    {.where = &page,
     .name = "escapes beside the unreadable",
     .before = UNREADABLE,
     .element = "%41"},
    {.where = &page,
     .name = "unreadable messages",
     .element = "<form action=/@><input name=SAMLResponse value='*'></form>"},
    {.where = &logout,
     .name = "session indexes of a logout",
     .before = LOGOUT "<a:NameID>x</a:NameID>",
     .element = "<p:SessionIndex>@</p:SessionIndex>",
     .after = LOGOUT_END},
    {.where = &logout,
     .name = "users of a logout",
     .before = LOGOUT,
     .element = "<a:NameID>@</a:NameID>",
     .after = LOGOUT_END},
    {.where = &logout,
     .name = "extensions of a logout",
     .before = LOGOUT,
     .element = "<p:Extensions/>",
     .after = "<a:NameID>x</a:NameID>" LOGOUT_END},
    {.where = &logout,
     .name = "comments in the user of a logout",
     .before = LOGOUT "<a:NameID>",
     .element = "a<!---->",
     .after = "</a:NameID>" LOGOUT_END},
    {.where = &cookies, .name = "cookies", .element = "a@=b; "},
    {.where = &cookies, .name = "cookies of sessions", .element = "eckid-session-@=QUJD; "},
    {.where = &cookies,
     .name = "a long cookie of a session",
     .before = "eckid-session-0=",
     .element = "QUJD"},
};
