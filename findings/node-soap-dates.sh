#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# node-soap, npm's SOAP library, loses dates both ways and says nothing. An xs:date with a zone
# (XML Schema part 2 section 3.2.9), such as 2010-05-01+02:00, is read as an invalid Date, which
# JSON writes as null. And a Date is written as an empty element, for xs:date and xs:dateTime, also
# one that it has read itself. zeep (PyPI) reads and writes all of them right.
#
# Why it matters: UWLR hands on dates of birth as xs:date over SOAP, and a LAS in Java writes the
# zone: JAXB does, for every date that it has from a calendar. Pupils arrive without a date of
# birth, and with an empty one they are refused. A LAS should write dates without a zone; with
# node-soap, give dates as text, and have them as text by customDeserializer.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund soap@1.13.0 &
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check zeep==4.3.3
wait
cat > try.wsdl <<'XML'
<definitions targetNamespace="urn:las" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:las="urn:las"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types>
    <xs:schema targetNamespace="urn:las" elementFormDefault="qualified">
      <xs:complexType name="pupil"><xs:sequence>
        <xs:element name="pupil" maxOccurs="unbounded"><xs:complexType><xs:sequence>
          <xs:element name="born" type="xs:date"/>
          <xs:element name="changed" type="xs:dateTime"/>
        </xs:sequence></xs:complexType></xs:element>
      </xs:sequence></xs:complexType>
      <xs:element name="push" type="las:pupil"/>
      <xs:element name="pushResponse"><xs:complexType><xs:sequence>
        <xs:element name="pupils" type="las:pupil"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:schema>
  </types>
  <message name="In"><part name="parameters" element="las:push"/></message>
  <message name="Out"><part name="parameters" element="las:pushResponse"/></message>
  <portType name="Port"><operation name="push">
    <input message="las:In"/><output message="las:Out"/>
  </operation></portType>
  <binding name="Binding" type="las:Port">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="push"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Las"><port name="Port" binding="las:Binding">
    <soap:address location="http://127.0.0.1:1/"/>
  </port></service>
</definitions>
XML
cat > try.mjs <<'JS'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import soap from 'soap'

console.log('soap', JSON.parse(readFileSync('node_modules/soap/package.json')).version)
const forms = ['2010-05-01', '2010-05-01Z', '2010-05-01+02:00']
const answer = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><pushResponse
 xmlns="urn:las"><pupils>${forms.map(form => `<pupil><born>${form}</born><changed
>2026-11-30T12:00:00+01:00</changed></pupil>`).join('')}</pupils></pushResponse></s:Body
></s:Envelope>`
let body
const server = createServer(async (request, response) => {
  body = ''
  for await (const part of request) body += part
  response.setHeader('Content-Type', 'text/xml; charset=utf-8')
  response.end(answer)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${server.address().port}/`
writeFileSync('here.wsdl', readFileSync('try.wsdl', 'utf8').replace('http://127.0.0.1:1/', url))
writeFileSync('answer.xml', answer)

const client = await soap.createClientAsync('here.wsdl')
const written = name => new RegExp(`${name}[^>]*>(.*?)</`).exec(body)[1]
const midnight = new Date(2010, 4, 1)
const [{ pupils }] = await client.pushAsync({ pupil: [{ born: midnight, changed: midnight }] })
const read = JSON.parse(JSON.stringify(pupils.pupil.map(({ born }) => born)))
const wrote = [written('born'), written('changed')]
await client.pushAsync({ pupil: [{ born: pupils.pupil[0].born, changed: midnight }] })
const again = written('born')
await client.pushAsync({ pupil: [{ born: '2010-05-01', changed: '2010-05-01T00:00:00' }] })
const text = written('born')
server.close()
const now = JSON.stringify({ read, wrote, again, text })
console.log('soap', now)
const day = '2010-05-01T00:00:00.000Z'
const before = { read: [day, day, null], wrote: ['', ''], again: '', text: '2010-05-01' }
writeFileSync('same', String(now === JSON.stringify(before)))
JS
TZ=Europe/Amsterdam node try.mjs
cat > try.py <<'PY'
import datetime
import importlib.metadata
import re
import sys

import requests
import zeep

print("zeep", importlib.metadata.version("zeep"))


class Transport(zeep.Transport):
    """Answers as the server above does."""

    def post(self, address, message, headers):
        self.body = message.decode()
        response = requests.Response()
        response.status_code = 200
        response._content = open("answer.xml", "rb").read()
        response.headers["Content-Type"] = "text/xml; charset=utf-8"
        return response


born, changed = datetime.date(2010, 5, 1), datetime.datetime(2010, 5, 1)
transport = Transport()
answer = zeep.Client("try.wsdl", transport=transport).service.push(
    pupil=[{"born": born, "changed": changed}])
read = [pupil.born.isoformat() for pupil in answer]
wrote = re.findall(r"<ns0:(?:born|changed)>(.*?)<", transport.body)
print("zeep", read, wrote)
same = open("same").read() == "true" and read == ["2010-05-01"] * 3 and \
    wrote == ["2010-05-01", "2010-05-01T00:00:00"]
print("still so" if same else "CHANGED")
sys.exit(not same)
PY
venv/bin/python try.py
