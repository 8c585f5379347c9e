/*
 * The keys of "azure": which cloud, and who asks there in which way. What goes with what: load_azure.c and
 * load_credentials.c.
 */
#include "config/draft.h"
#include "config/row.h"

static const struct word_value clouds[] = {
    { "public", CLOUD_PUBLIC }, { "usgov", CLOUD_USGOV }, { "china", CLOUD_CHINA }, { "custom", CLOUD_CUSTOM }, { 0 },
};
static const struct word_value methods[METHODS + 1] = {
    [METHOD_CLIENT_SECRET] = { "client-secret", METHOD_CLIENT_SECRET },
    [METHOD_CLIENT_CERTIFICATE] = { "client-certificate", METHOD_CLIENT_CERTIFICATE },
    [METHOD_WORKLOAD_IDENTITY] = { "workload-identity", METHOD_WORKLOAD_IDENTITY },
    [METHOD_MANAGED_IDENTITY] = { "managed-identity", METHOD_MANAGED_IDENTITY },
    [METHOD_ARC] = { "arc", METHOD_ARC },
};
static const struct word_value algorithms[] = { { "PS256", ALGORITHM_PS256 }, { "RS256", ALGORITHM_RS256 }, { 0 } };

#define AZURE(field) offsetof(struct file_draft, azure.field)
#define CREDENTIAL(field) offsetof(struct credential_settings, field)

const char *sign_in_method_name(enum sign_in_method method)
{
    return methods[method].name;
}

#define FILE_ROW(key, to, text, without)                                                                              \
    ROW(key, VALUE_TEXT, 1, PATH_TEXT_MAX, NULL, CREDENTIAL(to), text, .form = "a file name", .absent = (without))

/* Which method wants which of them: load_credentials.c */
static const struct key credential_keys[] = {
    ROW("name", VALUE_NAME, 1, 64, NULL, CREDENTIAL(name), "what circuits call this credential", .required = true),
    ROW("method", VALUE_CHOICE, 0, 0, "client-secret", CREDENTIAL(method), "how to sign in", .words = methods),
    ROW("tenant", VALUE_TEXT, 1, TEXT_MAX, NULL, CREDENTIAL(tenant),
        "the directory that holds the application: its GUID or one of its domain names",
        .form = "a GUID or a domain name", .absent = "must be given with client-secret and client-certificate"),
    ROW("client", VALUE_TEXT, 1, TEXT_MAX, NULL, CREDENTIAL(client),
        "the application's client id, or that of a user-assigned identity", .form = "a GUID",
        .absent = "must be given with client-secret and client-certificate"),
    ROW("object", VALUE_TEXT, 1, TEXT_MAX, NULL, CREDENTIAL(object), "the object id of a user-assigned identity",
        .form = "a GUID", .absent = "the machine's own identity"),
    ROW("resource", VALUE_TEXT, 1, 1024, NULL, CREDENTIAL(resource), "the resource id of a user-assigned identity",
        .form = "a resource id", .absent = "the machine's own identity"),
    FILE_ROW("secret_file", secret_file, "the file that holds the client secret", "must be given with client-secret"),
    FILE_ROW("certificate_file", certificate_file, "the file that holds a certificate and its private key",
             "must be given with client-certificate"),
    FILE_ROW("password_file", password_file, "the file that holds the password of the private key",
             "the key is not encrypted"),
    ROW("algorithm", VALUE_CHOICE, 0, 0, "PS256", CREDENTIAL(algorithm), "how the certificate's key signs",
        .words = algorithms),
    FILE_ROW("token_file", token_file, "the file that holds the token of another issuer",
             "AZURE_FEDERATED_TOKEN_FILE of the environment"),
    ROW("key_folder", VALUE_TEXT, 1, PATH_TEXT_MAX, "/var/opt/azcmagent/tokens", CREDENTIAL(key_folder),
        "where the agent of Azure Arc puts its keys", .form = "an absolute path"),
    ROW("expires", VALUE_DATE, 0, 0, NULL, CREDENTIAL(expires_wall_ms), "the day on which the secret ends",
        .absent = "a certificate's own date; of a secret nothing is known"),
};
static const struct hint credential_hints[] = {
    { "secret", "secrets do not stand in the settings: put it into a file and name that with \"secret_file\"" },
    { "client_secret", "secrets do not stand in the settings: put it into a file and name that with \"secret_file\"" },
    { "password", "secrets do not stand in the settings: put it into a file and name that with \"secret_file\"" },
    { "tenant_id", "it is called \"tenant\"" },
    { "client_id", "it is called \"client\"" },
    { "object_id", "it is called \"object\"" },
    { "msi_res_id", "it is called \"resource\"" },
    { "certificate", "it is called \"certificate_file\"" },
    { 0 },
};
const struct table credential_table = { TABLE("a credential", credential_keys), .hints = credential_hints };

static const struct key azure_keys[] = {
    ROW("cloud", VALUE_CHOICE, 0, 0, "public", AZURE(cloud), "which of Microsoft's clouds", .words = clouds),
    ROW("api_version", VALUE_PER_CLOUD, 1, 32, "2024-05-01", AZURE(api_version),
        "the version of the circuit API to ask for", .form = "a date (2024-05-01), or a mapping of clouds to dates",
        .words = clouds),
    ROW("proxy", VALUE_TEXT, 1, TEXT_MAX, "none", AZURE(proxy),
        "the way out: none, environment (https_proxy and no_proxy) or the address of a proxy",
        .form = "none, environment or http://host:port"),
    ROW("ca_file", VALUE_TEXT, 1, PATH_TEXT_MAX, "system", AZURE(ca_file),
        "certificates of the authorities to trust instead of the system's", .form = "system or an absolute path"),
    ROW("management", VALUE_TEXT, 1, TEXT_MAX, NULL, AZURE(management), "the address of Azure Resource Manager",
        .form = "an address (https://host[:port])", .absent = "the cloud's; must be given with cloud: custom"),
    ROW("login", VALUE_TEXT, 1, TEXT_MAX, NULL, AZURE(login), "the address of the sign-in service",
        .form = "an address (https://host[:port])",
        .absent = "the cloud's; must be given with cloud: custom where an application signs in"),
    ROW("metrics", VALUE_TEXT, 1, TEXT_MAX, NULL, AZURE(metrics), "the address of the metrics",
        .form = "an address (https://host[:port])", .absent = "the same as management"),
    ROW("metrics_batch", VALUE_TEXT, 1, TEXT_MAX, NULL, AZURE(metrics_batch),
        "the address of the service that has the metrics of many circuits in one answer; the region goes in front",
        .form = "no or an address (https://host[:port])", .absent = "the cloud's; no with cloud: custom"),
    ROW("audience", VALUE_TEXT, 1, 1024, NULL, AZURE(audience), "the resource that tokens are asked for",
        .form = "a URL", .absent = "the same as management"),
    ROW("metadata", VALUE_TEXT, 1, TEXT_MAX, NULL, AZURE(metadata), "the address of the machine's metadata service",
        .form = "an address (http[s]://host[:port])", .absent = "http://169.254.169.254"),
    ROW("credentials", VALUE_LIST, 1, 256, NULL, offsetof(struct file_draft, credentials), "who asks", .form = "a list of mappings",
        .inside = &credential_table, .required = true),
};
const struct table azure_table = { TABLE("\"azure\"", azure_keys) };
