"""probe"""
import base64, gzip, json, time, urllib.parse, re
import pytest
from jwcrypto import jwk, jws, jwe
from conftest import checked_place
from lab.oidcstage import OidcStage, as_json, payload, half, fragment
from lab.replay import answer, chunked
JSON="application/json"

def more(stage, **members):
    path="/.well-known/openid-configuration"
    doc=json.loads(stage.replay.answers[path].split(b"\r\n\r\n",1)[1])
    stage.set(path, as_json({**doc, **members}))

@pytest.fixture(scope="module")
def stage():
    with checked_place("test_oidc_probe") as place:
        key = jwk.JWK.generate(kty="EC", crv="P-256", kid="theirs", use="enc")
        file = place.file("client.json", json.dumps({"keys": [json.loads(key.export_public())]}))
        s = OidcStage(place, books=f"EckidClient locked encrypt={file}")
        s.client_key = key
        more(s, pushed_authorization_request_endpoint=f"{s.issuer}/par",
             backchannel_authentication_endpoint=f"{s.issuer}/bc",
             device_authorization_endpoint=f"{s.issuer}/device",
             introspection_endpoint=f"{s.issuer}/introspect",
             registration_endpoint=f"{s.issuer}/register",
             mtls_endpoint_aliases={"token_endpoint": f"{s.issuer}/mtls/token", "userinfo_endpoint": f"{s.issuer}/mtls/userinfo"})
        yield s

def login(stage, client="books", **kw):
    own=stage.sign(stage.claims(client))
    got=stage.token(own, client, **kw)
    assert got.status==200, got.text
    return own, json.loads(got.text)

BODIES={}
def sent(stage):
    return stage.replay.requests[-1]

def hint_by_form(stage, path, hint, client="books", **extra):
    stage.set(path, as_json({"request_uri":"urn:x","expires_in":60}, status="201 Created"))
    form=urllib.parse.urlencode({"id_token_hint":hint, "scope":"openid", **extra})
    got=stage.get(path, "-u", f"{client}:s","-d", form, "-H","Expect:")
    time.sleep(.05)
    return got, sent(stage)

@pytest.mark.parametrize("path", ["/par","/bc"])
def test_hint(stage, path):
    own, t = login(stage)
    got, req = hint_by_form(stage, path, t["id_token"])
    print(got.status, got.text, own in req, t["id_token"] in req)
    assert own in req

def test_jwe_hint(stage):
    own, t = login(stage, "locked")
    assert t["id_token"].count(".")==4
    stage.replay.answer=answer("bye")
    got=stage.get(f"/logout?id_token_hint={t['id_token']}&client_id=locked")
    print(sent(stage).split()[1][:100])
    assert own in sent(stage)

@pytest.mark.parametrize("path", ["/mtls/token"])
def test_alias_refresh(stage, path):
    own, t = login(stage)
    stage.set(path, as_json({"access_token":"n"}))
    got=stage.get(path,"-d", "grant_type=refresh_token&client_id=books&refresh_token="+t["refresh_token"])
    print(got.text); 
    assert "refresh_token=refresh" in sent(stage)

def test_alias_userinfo(stage):
    own, t = login(stage)
    stage.set("/mtls/userinfo", as_json(stage.claims()))
    got=stage.get("/mtls/userinfo","-H", "Authorization: Bearer "+t["access_token"])
    print(got.status, got.text)
    assert got.status==200

WEB = {
 "web_message": '<html><body><script>(function(w){{var r={{"type":"authorization_response","response":{{"access_token":"{}","token_type":"Bearer","expires_in":3600,"state":"s"}}}};(w.opener||w.parent).postMessage(r,"https://books.example")}})(this);</script></body></html>',
 "okta": "<script>var data = {{}}; data.access_token = '{}'; data.token_type='Bearer'; window.parent.postMessage(data,'https://x')</script>",
 "okta hex": "<script>var data = {{}}; data.access_token = '\\x65{}'; window.parent.postMessage(data,'https://x')</script>",
 "url in script": '<script>location.replace("https://books.example/cb#access_token={}&token_type=Bearer")</script>',
 "url in script2": '<script>location.href="https:\\/\\/books.example\\/cb#access_token={}\\u0026token_type=Bearer"</script>',
 "template": '<template data-response=\'{{"access_token":"{}","token_type":"Bearer"}}\'></template>',
 "entities": '<div data-response="{{&quot;access_token&quot;:&quot;{}&quot;,&quot;token_type&quot;:&quot;Bearer&quot;}}"></div>',
 "form": '<form method=post action="https://books.example/cb"><input name=access_token value={}><input name=token_type value=Bearer></form>',
 "link": '<a href="https://books.example/cb#access_token={}&token_type=Bearer">on</a>',
 "meta": '<meta http-equiv=refresh content="0;url=https://books.example/cb#access_token={}&token_type=Bearer">',
 "frame": '<iframe src="https://books.example/cb#access_token={}&token_type=Bearer"></iframe>',
}
@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize("client", ["books","exercises","canteen"])
def test_web(stage, name, client):
    page=WEB[name].format("3f1a9d2c77b04d0f9a5566aa77bb88cc")
    stage.set(f"/authorize?client_id={client}", answer(page))
    got=stage.get(f"/authorize?client_id={client}")
    if client=="canteen": assert got.text==page
    else: assert "3f1a9d2c77b04d0f9a5566aa77bb88cc" not in got.text

TOK={
 "globus": {"other_tokens":[{"access_token":"rawraw","refresh_token":"rawref","token_type":"Bearer"}]},
 "slack": {"authed_user":{"id":"u","access_token":"rawraw"}},
 "camel": {"accessToken":"rawraw"},
 "upper": {"ACCESS_TOKEN":"rawraw"},
 "refreshToken": {"refreshToken":"rawraw"},
 "json text": {"extra": '{"access_token":"rawraw"}'},
}
@pytest.mark.parametrize("name", TOK)
@pytest.mark.parametrize("client", ["books","exercises"])
def test_nested(stage, name, client):
    got=stage.token(stage.sign(stage.claims(client)), client, **TOK[name])
    print(got.status, got.text[-200:])
    assert "rawraw" not in got.text

def fed(**c):
    h=base64.urlsafe_b64encode(b'{"alg":"RS256"}').decode().rstrip("=")
    b=base64.urlsafe_b64encode(json.dumps(c).encode()).decode().rstrip("=")
    return f"{h}.{b}.AAAA"
FED={
 "own": (dict(iss="%s",sub="%s"), False, True),
 "own+id": (dict(iss="%s",sub="%s"), True, True),
 "k8s": (dict(iss="https://kubernetes.default.svc",sub="system:serviceaccount:ns:%s"), False, None),
 "k8s+id": (dict(iss="https://kubernetes.default.svc",sub="system:serviceaccount:ns:%s"), True, True),
 "spiffe+id": (dict(sub="spiffe://x/%s"), True, True),
 "issuer is client": (dict(iss="%s",sub="x"), True, True),
}
@pytest.mark.parametrize("name", FED)
@pytest.mark.parametrize("opaque", [True,False])
def test_fed(stage, name, opaque):
    c, with_id, filled = FED[name]
    for client in ("books","canteen"):
        a=fed(**{k:v.replace("%s",client) for k,v in c.items()}, aud="x", exp=int(time.time())+60)
        body={"access_token":"rawraw"}
        if not opaque: body["id_token"]=stage.sign(stage.claims(client))
        reply=as_json(body); stage.set("/token", reply)
        got=stage.get("/token","-d","grant_type=x&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion="+a+(f"&client_id={client}" if with_id else ""))
        print(client, got.status, got.text[:60])
        if client=="canteen":
            if filled or not opaque: assert got.body==reply.split(b"\r\n\r\n",1)[1]
        else:
            assert "rawraw" not in got.text
            if filled: assert got.status==200

def test_two_locations(stage):
    for client in ("books","canteen"):
        tok=stage.sign(stage.claims(client))
        for n in ("Location","Refresh"):
            f = (lambda u: u) if n=="Location" else (lambda u: "0; url="+u)
            stage.set("/authorize", answer("", f"{n}: {f('/x')}", f"{n}: {f('https://b.example/#id_token='+tok)}", status="302 Found" if n=="Location" else "200 OK"))
            got=stage.get("/authorize")
            print(client, n, got.status, tok in str(got.headers))
            assert (tok in str(got.headers))==(client=="canteen")

def test_preflight_query(stage):
    for p in ("/userinfo?schema=openid","/token?p=x","/userinfo?access_token=x"):
        stage.set(p, answer("POST, OPTIONS", content_type="text/plain"))
        got=stage.get(p,"-X","OPTIONS","-H","Origin: https://a","-H","Access-Control-Request-Method: GET")
        print(p, got.status)
    
def test_8414(stage):
    stage.token(stage.sign(stage.claims()))
    doc=stage.replay.answers["/.well-known/openid-configuration"]
    stage.set("/.well-known/oauth-authorization-server", doc)
    got=stage.get("/.well-known/oauth-authorization-server")
    assert "eckId" in got.text

def test_array_numbers(stage):
    # key by number in array
    pass

def test_device(stage):
    for client in ("books","canteen"):
        reply=as_json({"device_code":"d","user_code":"U","verification_uri":"https://x","verification_uri_complete":"https://x?u=U","expires_in":5,"interval":5})
        stage.set("/device", reply)
        for form in ("scope=openid","scope=openid&grant_type=urn:ietf:params:oauth:grant-type:device_code"):
            got=stage.get("/device","-u",f"{client}:s","-d",form)
            print(client, form, got.status, got.text)
            assert got.body==reply.split(b"\r\n\r\n",1)[1]
        for err in ("authorization_pending","slow_down","expired_token","use_dpop_nonce","interaction_required"):
            reply=as_json({"error":err,"error_description":"x","interval":5}, "DPoP-Nonce: n", status="400 Bad")
            stage.set("/token", reply)
            got=stage.get("/token","-u",f"{client}:s","-d","grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d")
            assert got.status==400 and got.body==reply.split(b"\r\n\r\n",1)[1] and got.headers["dpop-nonce"]=="n"

def test_bc(stage):
    for client in ("books","canteen"):
        reply=as_json({"auth_req_id":"d","expires_in":5,"interval":5})
        stage.set("/bc", reply)
        got=stage.get("/bc","-u",f"{client}:s","-d","scope=openid&login_hint=jan")
        assert got.body==reply.split(b"\r\n\r\n",1)[1]
