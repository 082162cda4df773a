#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Keycloak's authorization response as a JWT (JARM, response_mode=jwt) has its iss twice: JARM
# section 2.1 wants one, and RFC 9207 has one as a parameter, which Keycloak puts beside it. Both
# are the same text, but RFC 7519 section 4 lets a reader refuse a claim that is there twice. Nimbus,
# jose4j and jjwt do; PyJWT, Authlib and auth0's java-jwt take the last, as that section allows too.
# None of the three says why: "not a valid JSON object", "Invalid JSON", "Unexpected content JWS".
#
# Why it matters: a client on Nimbus's OAuth SDK, which supports JARM by itself, cannot log in at
# Keycloak by it until the client there has "Exclude Issuer From Authentication Response" switched
# on. The last row is how the response looks then.
#
# The response is made by Keycloak's own classes, by its own settings of a new client. Only what
# they ask a server for (the realm, the session, the signature) stands in for it.
set -euo pipefail
for tool in javac mvn; do
    command -v $tool > /dev/null || { echo "needs Java 17 and Maven"; exit 2; }
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
{
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>try</groupId><artifactId>try</artifactId><version>1</version><dependencies>'
    for id in org.keycloak:keycloak-{services,server-spi,server-spi-private}:26.7.3:alone \
        org.keycloak:keycloak-core:26.7.3 jakarta.ws.rs:jakarta.ws.rs-api:3.1.0 \
        org.jboss.logging:jboss-logging:3.6.1.Final org.jboss.resteasy:resteasy-core:6.2.20.Final \
        com.nimbusds:oauth2-oidc-sdk:11.39 com.nimbusds:nimbus-jose-jwt:10.9.1 \
        org.bitbucket.b_c:jose4j:0.9.7 io.jsonwebtoken:jjwt-impl:0.13.0 \
        io.jsonwebtoken:jjwt-jackson:0.13.0; do
        IFS=: read -r group name version alone <<< "$id"
        echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId>"
        echo "<version>$version</version>${alone:+<exclusions><exclusion><groupId>*</groupId>}"
        echo "${alone:+<artifactId>*</artifactId></exclusion></exclusions>}</dependency>"
    done
    echo '</dependencies></project>'
} > pom.xml
mvn -q -B -Dmaven.repo.local="$tmp/m2" dependency:copy-dependencies -DoutputDirectory=lib \
    > mvn.log 2>&1 || { cat mvn.log; exit 2; }
for name in keycloak-services oauth2-oidc-sdk nimbus-jose-jwt jose4j jjwt-impl; do
    basename lib/$name-[0-9]*.jar .jar
done
cat > Try.java <<'JAVA'
import com.nimbusds.jose.*;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.jarm.JARMValidator;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.*;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.*;
import org.keycloak.protocol.oidc.OIDCLoginProtocol;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.urls.UrlType;
import org.keycloak.util.JsonSerialization;

public class Try {
    static final String ISSUER = "https://op.example/realms/school";
    static final byte[] KEY = "a key only for this test, 32 byte".getBytes();
    // what Keycloak noted of the authorization request
    static final Map<String, String> NOTES = Map.of("response_mode", "query.jwt",
        "response_type", "code", "scope", "openid", "state", "s", "iss", ISSUER,
        "redirect_uri", "https://books.example/");
    static String exclude, claims;

    /** Answers what a server would know, and nothing to all else. */
    @SuppressWarnings("unchecked")
    static <T> T server(Class<T> type) {
        return (T) Proxy.newProxyInstance(Try.class.getClassLoader(), new Class<?>[] {type},
            (self, method, args) -> answer(type, method.getName(), method.getReturnType(), args));
    }

    static Object answer(Class<?> type, String name, Class<?> kind, Object[] args)
        throws Exception {
        switch (name) {
        case "encodeAndEncrypt": claims = JsonSerialization.writeValueAsString(args[0]); return "-";
        case "getNote", "getClientNote": return NOTES.get(args[0]);
        case "getAttribute":
            return "exclude.issuer.from.auth.response".equals(args[0]) ? exclude : null;
        case "getRedirectUri": return NOTES.get("redirect_uri");
        case "getClientId": return "books";
        case "getName": return "school";
        case "getId": return "id";
        case "getScheme": return "https";
        case "getHostname": return "op.example";
        case "getContextPath": return "/";
        case "getPort": return -1;
        case "getBaseUri": return URI.create("https://op.example/");
        case "getProvider": return server((Class<?>) args[0]);
        case "getUri":
            return new KeycloakUriInfo(server(KeycloakSession.class), UrlType.FRONTEND,
                server(UriInfo.class));
        case "toString": return type.getName();
        case "hashCode": return 1;
        default: // an int is how many seconds a code lasts
            return kind == int.class ? (Object) 60 : kind == long.class ? (Object) 60L
                : kind == boolean.class ? (Object) false : kind == Map.class ? new HashMap<>()
                : kind == Set.class ? new HashSet<>() : kind == Stream.class ? Stream.empty()
                : kind.isInterface() ? server(kind) : null;
        }
    }

    /** The claims of Keycloak's response to a login. */
    static String keycloak(String excluded) {
        exclude = excluded;
        RealmModel realm = server(RealmModel.class);
        KeycloakSession session = server(KeycloakSession.class);
        new OIDCLoginProtocol(session, realm, null, null, new EventBuilder(realm, session))
            .authenticated(server(AuthenticationSessionModel.class), server(UserSessionModel.class),
                server(ClientSessionContext.class));
        return claims;
    }

    interface Reader {
        Object read(String token) throws Exception;
    }

    static final Map<String, Reader> READERS = new LinkedHashMap<>();
    static {
        READERS.put("Nimbus", token -> new JARMValidator(new Issuer(ISSUER), new ClientID("books"),
            JWSAlgorithm.HS256, new Secret(new String(KEY))).validate(JWTParser.parse(token)));
        READERS.put("jose4j", token -> new JwtConsumerBuilder().setExpectedAudience("books")
            .setVerificationKey(new SecretKeySpec(KEY, "HmacSHA256")).build()
            .processToClaims(token));
        READERS.put("jjwt", token -> io.jsonwebtoken.Jwts.parser()
            .verifyWith(new SecretKeySpec(KEY, "HmacSHA256")).build().parseSignedClaims(token));
    }

    static boolean isRead(String claims) throws Exception {
        JWSObject signed = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
        signed.sign(new MACSigner(KEY));
        System.out.println(claims);
        int read = 0;
        for (var reader : READERS.entrySet()) {
            try {
                reader.getValue().read(signed.serialize());
                System.out.println("  " + reader.getKey() + ": accepted");
                read++;
            } catch (Exception error) {
                String said = error.getMessage().replaceAll("JSON: .*details: ", "... ");
                System.out.println("  " + reader.getKey() + ": " + said);
            }
        }
        if (read > 0 && read < READERS.size())
            throw new IllegalStateException("CHANGED: some read it, some do not");
        return read > 0;
    }

    public static void main(String[] args) throws Exception {
        boolean same = !isRead(keycloak(null)) && isRead(keycloak("true"));
        System.out.println(same ? "still so" : "CHANGED");
        System.exit(same ? 0 : 1);
    }
}
JAVA
java -cp 'lib/*' Try.java 2>&1 | grep -v SLF4J
