#include "data/formats/sif_units.hpp"

#include <array>
#include <cctype>

#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

// The letters alone; the micro sign (of Latin-1, and both of Unicode) is a u.
std::string letters_of(const std::string& units) {
  std::string letters;
  for (size_t i = 0; i < units.size(); ++i) {
    const auto byte = static_cast<unsigned char>(units[i]);
    const auto next = static_cast<unsigned char>(i + 1 < units.size() ? units[i + 1] : 0);
    if (std::isalpha(byte) && byte < 0x80)
      letters += units[i];
    else if (byte == 0xb5 || (byte == 0xce && next == 0xbc))
      letters += 'u';
  }
  return letters;
}

}  // namespace

void require_sif_units(const std::string& place, const std::string& units) {
  constexpr std::array known = {"mWmsrnm", "mWmnmsr", "mWnmmsr", "mWsrmnm",    "mWmsrnmA",
                                "Wmsrum",  "Wmsrmum", "Wmumsr",  "Wmsrmicron", "Wmsrmicrometer"};
  const std::string letters = letters_of(units);
  for (const char* text : known)
    if (letters == text) return;
  throw Error(place + " is in '" + excerpt(units) + "', not in mW/m2/sr/nm");
}

}  // namespace unetsr::data
