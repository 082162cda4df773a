/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML documents with what canonical forms turn on. */
#include "support/documents.h"
#include "unit.h"

#include <stdlib.h>
#include <apr_strings.h>

const char *const documents[] = {
    "<r xmlns='urn:d'/>",
    "<a:r xmlns:a='urn:a' a:z='1' y='2' xml:lang='nl' xml:space='preserve' B='3'/>",
    "<a:r xmlns:b='urn:a' xmlns:a='urn:b' b:z='1' a:y='2' b:x='3'/>",
    "<a:r xmlns:a='urn:a'><a:s xmlns:a='urn:b'><a:t xmlns:a='urn:a'/></a:s></a:r>",
    "<a:r xmlns:a='urn:a'><b:s xmlns:b='urn:a' a:x='1' b:y='2'/></a:r>",
    "<a:r xmlns:a='urn:a' xmlns:b='urn:b'><a:s b:x='1'/><a:s b:x='1'><b:t/></a:s></a:r>",
    "<a:r xmlns:a='urn:a' xmlns='urn:d'><s><a:t><u/></a:t></s></a:r>",
    "<r xmlns='urn:d'><s xmlns=''><t xmlns='urn:d'/></s></r>",
    "<r><s/></r>",
    "<r xmlns='relative'/>",
    "<r xmlns='urn:d'><s xmlns:a='relative'/><t/></r>",
    "<r xmlns='urn:d' xmlns:a='http:'/>",
    "<r xmlns='http://host:port/'/>",
    "<r xmlns='http://host:80/'><s xmlns:a='http:///' a:b=''/></r>",
    "<r xmlns='urn:a&amp;b'/>",
    "<r xmlns='urn:a&quot;b'/>",
    "<r xmlns='urn:a#b#c'/>",
    "<r xmlns='urn:a%2fb'><s xmlns='urn:a%'/></r>",
    "<r xmlns='URN:\xc3\xa9'/>",
    "<?p?><!-- 1 --><r xmlns='urn:d'><!-- 2 --><s/><!----></r><!-- 3 -->",
    "<!-- 1 --><r xmlns='urn:d'><!-- 2 --><s/></r><!-- 3 -->",
    "<r xmlns='urn:d'>1&lt;2 &amp;&amp; 2&gt;1 \"'&#13;&#10;&#9;\xc3\xa9<![CDATA[<&>\"]]></r>",
    "<r xmlns='urn:d' a='1&lt;2 &amp;&amp; 2&gt;1 &quot;&apos;&#13;&#10;&#9;\n\t\xc3\xa9'/>",
};

const int documents_count = COUNT(documents);

/* Random documents, put together of what the standard turns on. */

static const char *one_of(const char *const *texts, int count)
{
    return texts[rand() % count];
}

static const char *random_tag(const char *prefix)
{
    static const char *const pieces[] = {" xmlns='urn:d'",
                                         " xmlns='urn:e'",
                                         " xmlns:a='urn:a'",
                                         " xmlns:a='urn:b'",
                                         " xmlns:b='urn:a'",
                                         " xmlns:b='urn:b'",
                                         " xmlns:c='urn:c#1'",
                                         " a:x='1'",
                                         " b:x='&lt;&#xA;'",
                                         " c:y='3'",
                                         " x='4'",
                                         " z='\"'",
                                         " xml:lang='nl'",
                                         " d=''",
                                         "",
                                         "",
                                         " xmlns:xs='urn:xs'"};
    const char *first = one_of(pieces, COUNT(pieces)), *second = one_of(pieces, COUNT(pieces));

    return apr_pstrcat(pool, prefix, first, second == first ? "" : second,
                       rand() % 40 ? "" : " xmlns=''", NULL);
}

static const char *random_element(int depth)
{
    static const char *const names[] = {"e", "f", "a:e", "b:e", "c:f"};
    static const char *const texts[] = {"",         "text",  "&gt;&amp;",      "\n\t",
                                        "<!-- -->", "&#13;", "<![CDATA[&<]]>", "]]&gt;"};
    const char *name = one_of(names, COUNT(names)), *content = "";

    for (int n = depth ? rand() % 4 : 0; n > 0; n--) {
        content = apr_pstrcat(pool, content, one_of(texts, COUNT(texts)), random_element(depth - 1),
                              NULL);
    }
    return apr_pstrcat(pool, "<", random_tag(name), ">", content, "</", name, ">", NULL);
}

const char *document_by_chance(unsigned seed)
{
    srand(seed);
    return apr_pstrcat(pool, "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:b='urn:b' xmlns:c='urn:c#1'>",
                       random_element(4), "</r>", NULL);
}
