#include "data/dataset/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "kernels/error.hpp"

namespace unetsr::data {

std::string sha256(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(file.string() + ": cannot be opened");
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<char, 1 << 16> buffer;
  while (ok && (in.read(buffer.data(), buffer.size()), in.gcount() > 0))
    ok = EVP_DigestUpdate(context.get(), buffer.data(), size_t(in.gcount()));
  if (in.bad()) throw Error(file.string() + ": cannot be read");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (!ok || !EVP_DigestFinal_ex(context.get(), digest.data(), &size))
    throw Error(file.string() + ": SHA-256 failed in libcrypto");
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

}  // namespace unetsr::data
