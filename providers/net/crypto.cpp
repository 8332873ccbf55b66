#include "providers/net/crypto.h"

#include "models/text/hextext.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

namespace altimeter::providers {

namespace {

const unsigned char* bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

Sha256 sha256(std::string_view bytes)
{
    Sha256 hash{};
    EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
    return hash;
}

Sha256 hmacSha256(std::string_view key, std::string_view bytes)
{
    Sha256 hash{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(bytes), bytes.size(), hash.data(), nullptr);
    return hash;
}

Result<std::string> signRs256(std::string_view pemPrivateKey, std::string_view bytes)
{
    const Error unusable{ErrorCode::Invalid, "the private key cannot be read; a PEM text is expected", {}};
    const std::unique_ptr<BIO, int (*)(BIO*)> source(
        BIO_new_mem_buf(pemPrivateKey.data(), static_cast<int>(pemPrivateKey.size())), BIO_free);
    // An encrypted key must not ask on the terminal.
    const auto noPassword = [](char*, int, int, void*) { return -1; };
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        PEM_read_bio_PrivateKey(source.get(), nullptr, noPassword, nullptr), EVP_PKEY_free);
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return unusable;
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 0;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, bytesOf(bytes), bytes.size()) != 1)
        return unusable;
    std::string signature(length, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytesOf(bytes),
                       bytes.size()) != 1)
        return unusable;
    signature.resize(length);
    return signature;
}

std::string hexOf(const Sha256& hash)
{
    return words::hexOf(viewOf(hash));
}

std::string_view viewOf(const Sha256& hash)
{
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string basicAuthorization(std::string_view user, std::string_view password)
{
    return "Basic " + words::base64(std::string(user).append(":").append(password));
}

} // namespace altimeter::providers
