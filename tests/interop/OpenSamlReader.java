// SPDX-License-Identifier: GPL-3.0-or-later
// What OpenSAML reads in responses: a task in each line, an answer in each line.
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.transform.dom.DOMSource;
import javax.xml.validation.Schema;
import net.shibboleth.utilities.java.support.xml.BasicParserPool;
import org.opensaml.core.config.InitializationService;
import org.opensaml.core.xml.XMLObject;
import org.opensaml.core.xml.schema.XSString;
import org.opensaml.core.xml.util.XMLObjectSupport;
import org.opensaml.saml.common.SignableSAMLObject;
import org.opensaml.saml.common.assertion.ValidationContext;
import org.opensaml.saml.common.assertion.ValidationResult;
import org.opensaml.saml.common.xml.SAMLSchemaBuilder;
import org.opensaml.saml.saml2.assertion.SAML20AssertionValidator;
import org.opensaml.saml.saml2.assertion.SAML2AssertionValidationParameters;
import org.opensaml.saml.saml2.assertion.impl.AudienceRestrictionConditionValidator;
import org.opensaml.saml.saml2.assertion.impl.BearerSubjectConfirmationValidator;
import org.opensaml.saml.saml2.assertion.impl.ProxyRestrictionConditionValidator;
import org.opensaml.saml.saml2.core.Assertion;
import org.opensaml.saml.saml2.core.Attribute;
import org.opensaml.saml.saml2.core.AttributeStatement;
import org.opensaml.saml.saml2.core.Response;
import org.opensaml.saml.saml2.encryption.Decrypter;
import org.opensaml.saml.security.impl.SAMLSignatureProfileValidator;
import org.opensaml.security.credential.impl.StaticCredentialResolver;
import org.opensaml.security.x509.BasicX509Credential;
import org.opensaml.xmlsec.config.impl.DefaultSecurityConfigurationBootstrap;
import org.opensaml.xmlsec.encryption.support.InlineEncryptedKeyResolver;
import org.opensaml.xmlsec.keyinfo.impl.StaticKeyInfoCredentialResolver;
import org.opensaml.xmlsec.signature.support.SignatureTrustEngine;
import org.opensaml.xmlsec.signature.support.SignatureValidator;
import org.opensaml.xmlsec.signature.support.impl.ExplicitKeySignatureTrustEngine;
import org.w3c.dom.Document;

final class OpenSamlReader {
    private final BasicParserPool parser = new BasicParserPool();
    private final Schema schema;

    private OpenSamlReader() throws Exception {
        InitializationService.initialize();
        parser.initialize();
        schema = new SAMLSchemaBuilder(SAMLSchemaBuilder.SAML1Version.SAML_11).getSAMLSchema();
    }

    private static X509Certificate certificate(String path) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(in);
        }
    }

    private static PrivateKey key(String path) throws Exception {
        String pem = Files.readString(Path.of(path)).replaceAll("-----[^-]*-----|\\s", "");
        return KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    /** Whether it is signed; throws if that is wrong. */
    private static boolean verify(SignableSAMLObject object, X509Certificate certificate)
        throws Exception {
        if (object.isSigned()) {
            new SAMLSignatureProfileValidator().validate(object.getSignature());
            SignatureValidator.validate(object.getSignature(),
                new BasicX509Credential(certificate));
        }
        return object.isSigned();
    }

    private Assertion assertion(Response response, String key, String own) throws Exception {
        if (key.isEmpty()) {
            return response.getAssertions().get(0);
        }
        Decrypter decrypter = new Decrypter(null, new StaticKeyInfoCredentialResolver(
            new BasicX509Credential(certificate(own), key(key))), new InlineEncryptedKeyResolver());
        decrypter.setRootInNewDocument(true);
        Assertion assertion = decrypter.decrypt(response.getEncryptedAssertions().get(0));
        schema.newValidator().validate(new DOMSource(assertion.getDOM().getOwnerDocument()));
        return assertion;
    }

    private static SignatureTrustEngine trust(X509Certificate certificate) {
        return new ExplicitKeySignatureTrustEngine(
            new StaticCredentialResolver(new BasicX509Credential(certificate)),
            DefaultSecurityConfigurationBootstrap.buildBasicInlineKeyInfoCredentialResolver());
    }

    private static void check(Assertion assertion, X509Certificate certificate, String entity,
        String consumer) throws Exception {
        ValidationContext context = new ValidationContext(Map.of(
            SAML2AssertionValidationParameters.SIGNATURE_REQUIRED, false,
            SAML2AssertionValidationParameters.COND_VALID_AUDIENCES, Set.of(entity),
            SAML2AssertionValidationParameters.SC_VALID_RECIPIENTS, Set.of(consumer),
            SAML2AssertionValidationParameters.SC_VALID_IN_RESPONSE_TO, "_q1",
            SAML2AssertionValidationParameters.SC_CHECK_ADDRESS, false));
        ValidationResult result = new SAML20AssertionValidator(
            List.of(new AudienceRestrictionConditionValidator(),
                new ProxyRestrictionConditionValidator()),
            List.of(new BearerSubjectConfirmationValidator()), List.of(), trust(certificate),
            new SAMLSignatureProfileValidator()).validate(assertion, context);
        if (result != ValidationResult.VALID) {
            throw new Exception(context.getValidationFailureMessage());
        }
    }

    /** The values that Java service providers take: of type xs:string. */
    private static List<String> values(Assertion assertion) {
        List<String> values = new ArrayList<>();
        for (AttributeStatement statement : assertion.getAttributeStatements()) {
            for (Attribute attribute : statement.getAttributes()) {
                for (XMLObject value : attribute.getAttributeValues()) {
                    if (attribute.getName().equals("eckId") && value instanceof XSString) {
                        values.add(((XSString) value).getValue());
                    }
                }
            }
        }
        return values;
    }

    private List<String> read(String[] task) throws Exception {
        X509Certificate certificate = certificate(task[1]);
        Document document = parser.parse(Files.newInputStream(Path.of(task[0])));
        schema.newValidator().validate(new DOMSource(document));
        Response response = (Response) XMLObjectSupport
            .getUnmarshaller(document.getDocumentElement())
            .unmarshall(document.getDocumentElement());
        boolean signed = verify(response, certificate);
        Assertion assertion = assertion(response, task[2], task[3]);
        if (!verify(assertion, certificate) && !signed) {
            throw new Exception("nothing is signed");
        }
        check(assertion, certificate, task[5], task[6]);
        return values(assertion);
    }

    public static void main(String[] arguments) throws Exception {
        OpenSamlReader reader = new OpenSamlReader();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                System.out.println("ok\t" + String.join(" ", reader.read(line.split("\t", -1))));
            } catch (Exception error) {
                System.out.println("error\t" + String.valueOf(error).replaceAll("\\s+", " "));
            }
        }
    }
}
