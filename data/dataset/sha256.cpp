#include "data/dataset/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <fstream>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

void require(bool ok) {
  if (!ok) throw Error("SHA-256 failed in libcrypto");
}

}  // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(context_->context && EVP_DigestInit_ex(context_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, size_t count) {
  require(EVP_DigestUpdate(context_->context.get(), bytes, count));
}

std::array<uint8_t, 32> Sha256::digest() {
  std::array<uint8_t, 32> digest;
  unsigned size = 0;
  require(EVP_DigestFinal_ex(context_->context.get(), digest.data(), &size) && size == digest.size());
  return digest;
}

std::string Sha256::hexadecimal() {
  std::string text;
  for (const uint8_t byte : digest()) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha256(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(file.string() + ": cannot be opened");
  Sha256 sum;
  std::array<char, 1 << 16> buffer;
  while (in.read(buffer.data(), buffer.size()), in.gcount() > 0) sum.add(buffer.data(), size_t(in.gcount()));
  if (in.bad()) throw Error(file.string() + ": cannot be read");
  return sum.hexadecimal();
}

}  // namespace unetsr::data
