#pragma once
#include <string>

#include "kernels/enum_names.hpp"

// What a SIF is: the one source of its names in datasets, maps, reports, pictures and messages.
namespace unetsr::data {

//   instantaneous  at the time of the overpass
//   daily          the mean over 24 hours of a clear sky: that times the day length factor of the product
enum class SifKind { instantaneous, daily };

struct SifQuantity {
  SifKind kind = SifKind::instantaneous;
  int wavelength = 740;  // nm, for which it is stated
  int fit_window = 0;    // nm, where the window begins in which it was fitted; 0: the product has but one
  bool operator==(const SifQuantity&) const = default;
};

inline const std::string sif_units = "mW m-2 sr-1 nm-1";

// "SIF at 740 nm", "daily mean SIF at 740 nm"; of a product's second fit window "SIF at 740 nm (735 nm fit window)".
std::string sif_name(const SifQuantity&);
// The same with "sun-induced chlorophyll fluorescence" for SIF.
std::string long_sif_name(const SifQuantity&);

// Throws UsageError naming both where the kinds or wavelengths differ.
void require_same_sif(const std::string& a, const SifQuantity&, const std::string& b, const SifQuantity&);

}  // namespace unetsr::data

template <>
struct unetsr::EnumNames<unetsr::data::SifKind> {
  static constexpr const char* what = "SIF";
  static constexpr std::pair<unetsr::data::SifKind, const char*> names[] = {
      {unetsr::data::SifKind::instantaneous, "instantaneous"}, {unetsr::data::SifKind::daily, "daily"}};
};
