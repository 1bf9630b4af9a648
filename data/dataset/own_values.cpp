#include "data/dataset/own_values.hpp"

#include <array>
#include <fstream>

#include "data/dataset/hdf5_handle.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/hdf5_links.hpp"

namespace unetsr::data {
namespace {

// The signature stands at 0, 512, 1024, 2048, ...: before it is what users put there.
bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::array<char, 8> signature = {'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
  std::ifstream file(path, std::ios::binary);
  for (std::streamoff at = 0; file; at = at == 0 ? 512 : 2 * at) {
    std::array<char, 8> begin = {};
    if (file.seekg(at) && file.read(begin.data(), begin.size()) && begin == signature) return true;
  }
  return false;
}

}  // namespace

void require_own_values(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::is_regular_file(path, unknown) || !is_hdf5(path)) return;
  silence_hdf5();
  const Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) return;
  if (const std::string place = link_to_another_file(file); !place.empty())
    throw Error(path.string() + ": " + excerpt(place) +
                " leads to another file, which is not read; take a file that holds all of its values");
}

}  // namespace unetsr::data
