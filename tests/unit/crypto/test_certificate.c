/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_certificate.h"
#include "support/keys.h"

/* By openssl req -x509 with these subjects, EC P-256, for a hundred years. */
static const struct {
    const char *pem, *subject, *oin;
} rows[] = {
    {"-----BEGIN CERTIFICATE-----\n"
     "MIIBxTCCAWugAwIBAgIUWgVhovql6KuHQ7zvj4vdOIE8TmMwCgYIKoZIzj0EAwIw\n"
     "NzELMAkGA1UEBhMCTkwxEjAQBgNVBAoMCVZvb3JiZWVsZDEUMBIGA1UEAwwLbGFz\n"
     "LmV4YW1wbGUwIBcNMjYxMTMwMDAwMTUyWhgPMjEyNjExMDYwMDAxNTJaMDcxCzAJ\n"
     "BgNVBAYTAk5MMRIwEAYDVQQKDAlWb29yYmVlbGQxFDASBgNVBAMMC2xhcy5leGFt\n"
     "cGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4uKxatDZKDkeB1z7n0EoJYLe\n"
     "ezN4n3pR9tgAWBOphg+yq3KEgjQOEhi3nvKLtdNW1IvPiHgEbT9Gx8CFEd24HKNT\n"
     "MFEwHQYDVR0OBBYEFB/ntRoTMNU1UfxvgeNzwwEfxzrTMB8GA1UdIwQYMBaAFB/n\n"
     "tRoTMNU1UfxvgeNzwwEfxzrTMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID\n"
     "SAAwRQIgEdbWiMWHJA6iRqT4xlOLLF/CzO61xazQTpYUzSVLICUCIQDM5+1QslmX\n"
     "Yw8BtoxrJ+Ti18t2YBYhSGkCXIArXA4sOA==\n"
     "-----END CERTIFICATE-----\n",
     "CN=las.example,O=Voorbeeld,C=NL", NULL},
    {"-----BEGIN CERTIFICATE-----\n"
     "MIICATCCAaegAwIBAgIUBtrHy3rBbwnSqJwRMZYWGMt6SVwwCgYIKoZIzj0EAwIw\n"
     "VTELMAkGA1UEBhMCTkwxETAPBgNVBAoMCExBUyBCLlYuMR0wGwYDVQQFExQwMDAw\n"
     "MDAwMzI3MTI0NzAxMDAwMDEUMBIGA1UEAwwLbGFzLmV4YW1wbGUwIBcNMjYxMTMw\n"
     "MDAwMTUyWhgPMjEyNjExMDYwMDAxNTJaMFUxCzAJBgNVBAYTAk5MMREwDwYDVQQK\n"
     "DAhMQVMgQi5WLjEdMBsGA1UEBRMUMDAwMDAwMDMyNzEyNDcwMTAwMDAxFDASBgNV\n"
     "BAMMC2xhcy5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERHOs/nvI\n"
     "BthAAj0bPC3mSaFfwP8nNP3q5a7f2D8KRBWA8RzlH5cc8LVak/IOPvgC891bTXRL\n"
     "4WP7nY6cs6iPRKNTMFEwHQYDVR0OBBYEFF6Z6tHBA0svxG48AoQnlt6r1ieAMB8G\n"
     "A1UdIwQYMBaAFF6Z6tHBA0svxG48AoQnlt6r1ieAMA8GA1UdEwEB/wQFMAMBAf8w\n"
     "CgYIKoZIzj0EAwIDSAAwRQIhANAKT0W4Mrnvxrqw/sD/hDMKtbJWDjNdq54z1MiV\n"
     "Gd4QAiAr2lydUbciERKZERxubBhLZHXRCRynq6Ms/BLEgHasiA==\n"
     "-----END CERTIFICATE-----\n",
     "CN=las.example,serialNumber=00000003271247010000,O=LAS B.V.,C=NL", "00000003271247010000"},
    {"-----BEGIN CERTIFICATE-----\n"
     "MIIBmjCCAT+gAwIBAgIUaKzpgHd8LI9TZG9AmXDazeRrkK8wCgYIKoZIzj0EAwIw\n"
     "ITEPMA0GA1UEAwwGbGFzLCB4MQ4wDAYDVQQKDAVDYWbDqTAgFw0yNjExMzAwMDAx\n"
     "NTJaGA8yMTI2MTEwNjAwMDE1MlowITEPMA0GA1UEAwwGbGFzLCB4MQ4wDAYDVQQK\n"
     "DAVDYWbDqTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLeMlJsY3J5gZOcimDcy\n"
     "LqPpxUf1/r8uX3AFNnc2EDrvMNOa1VMSgVPanWcUk/L9d91nJ/KYuJLOjydcaL7b\n"
     "MWyjUzBRMB0GA1UdDgQWBBRruocouYkIwItx+Z1pNko0vJ7dXTAfBgNVHSMEGDAW\n"
     "gBRruocouYkIwItx+Z1pNko0vJ7dXTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49\n"
     "BAMCA0kAMEYCIQCBEHx7sbff8Qed17YssLtpmjrFIQXDJECglx6jXuoR8wIhANEe\n"
     "5GjiUuL3PRIHv6h10uR0Z3uNWJSEm+i2xvPQOJsd\n"
     "-----END CERTIFICATE-----\n",
     "O=Café,CN=las\\, x", NULL},
    {"-----BEGIN CERTIFICATE-----\n"
     "MIIBnzCCAUWgAwIBAgIUFC6WfyN1Li44nsl38feLNBfIDfAwCgYIKoZIzj0EAwIw\n"
     "JDEKMAgGA1UEBRMBMTEKMAgGA1UEBRMBMjEKMAgGA1UEAwwBeDAgFw0yNjExMzAw\n"
     "MDAxNTJaGA8yMTI2MTEwNjAwMDE1MlowJDEKMAgGA1UEBRMBMTEKMAgGA1UEBRMB\n"
     "MjEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEbdOGUccfF5\n"
     "BdMDcsT7/nrUCfMsZaThlviK8tJwtlW6+tLA8codJUSKRDw7iGPJiGEXF84JvMcz\n"
     "a3rZia7YMRajUzBRMB0GA1UdDgQWBBQd3oagK7GkgEVo6/aRKf80I12/rTAfBgNV\n"
     "HSMEGDAWgBQd3oagK7GkgEVo6/aRKf80I12/rTAPBgNVHRMBAf8EBTADAQH/MAoG\n"
     "CCqGSM49BAMCA0gAMEUCIQCyVmMlZnTIlwB4E21Ux8NWZVOyis/tgeFbzcdBaOnJ\n"
     "igIgEttyMQsTpPXLMHrVMD9i9BW6tXQ0im+By4Ny4FC5xsc=\n"
     "-----END CERTIFICATE-----\n",
     "CN=x,serialNumber=2,serialNumber=1", NULL},
};

START_TEST(what_a_certificate_says)
{
    eckid_certificate_t certificate;

    ck_assert(eckid_certificate_read(&certificate, str(rows[_i].pem), pool));
    ck_assert_str_eq(certificate.subject, rows[_i].subject);
    ck_assert_pstr_eq(certificate.oin, rows[_i].oin);
    ck_assert_uint_eq(strlen(certificate.thumbprint), 43);
}
END_TEST

START_TEST(what_is_no_certificate_is_none)
{
    eckid_certificate_t certificate;

    ck_assert(!eckid_certificate_read(&certificate, str(""), pool));
    ck_assert(!eckid_certificate_read(&certificate, test_private_pem(P_256, 0), pool));
}
END_TEST

UNIT_SUITE(certificate)
{
    Suite *suite = suite_create("certificate");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, what_a_certificate_says, 0, COUNT(rows));
    tcase_add_test(tcase, what_is_no_certificate_is_none);
    return suite;
}
